namespace AuthServer.Ui.ApiReference;

/// <summary>The reference of the JSON API, and what its script needs to sign its reader in.</summary>
public sealed record ApiReferenceModel
{
    /// <summary>Where the OpenAPI document is.</summary>
    public required string DocumentUrl { get; init; }

    /// <summary>The script that draws the document.</summary>
    public required string RendererUrl { get; init; }

    /// <summary>The security scheme of the document that takes the access token.</summary>
    public required string SecurityScheme { get; init; }

    /// <summary>This server, as its answers name it (RFC 9207).</summary>
    public required string Issuer { get; init; }

    public required string AuthorizeUrl { get; init; }

    public required string TokenUrl { get; init; }

    public required string LogoutUrl { get; init; }

    public required string ClientId { get; init; }

    /// <summary>Where the code comes back: this page.</summary>
    public required string RedirectUri { get; init; }

    public required string Resource { get; init; }

    public required string Scope { get; init; }
}
