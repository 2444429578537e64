namespace AuthServer.Clients.Metadata;

/// <summary>The values of <c>id_token_claims</c>: what ID tokens tell of a person.</summary>
public static class IdTokenContents
{
    /// <summary>The claims of the granted scopes.</summary>
    public const string Scopes = "scopes";

    /// <summary>Only what is asked for claim by claim (OpenID Connect Core 5.5).</summary>
    public const string Minimal = "minimal";
}
