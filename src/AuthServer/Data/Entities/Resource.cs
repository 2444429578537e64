namespace AuthServer.Data.Entities;

/// <summary>A protected resource (an API) that tokens may be for: a row of <c>resources</c>.</summary>
public sealed class Resource
{
    public Guid Id { get; set; }

    /// <summary>
    /// RFC 8707 section 2: the absolute URI without fragment that requests name as <c>resource</c> and tokens as <c>aud</c>.
    /// </summary>
    public required string Identifier { get; set; }

    /// <summary>The name for people, on the consent page.</summary>
    public string? DisplayName { get; set; }

    /// <summary>With which access tokens for it are signed, ES256 or RS256; null where the client or the default decides.</summary>
    public string? AccessTokenSignedResponseAlg { get; set; }

    public DateTime CreatedAt { get; set; }

    public DateTime UpdatedAt { get; set; }
}
