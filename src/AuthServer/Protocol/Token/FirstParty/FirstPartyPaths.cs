namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>What an address of the token or revocation endpoint is.</summary>
public enum FirstPartyRoute
{
    /// <summary>The endpoint of the standard: forms, and OAuth errors.</summary>
    Standard,
    Login,
    Refresh,
    Logout,

    /// <summary>An address that the library took for one of its own and that is none of these.</summary>
    Unknown,
}

/// <summary>Tells the addresses of the JSON API from those of the standard, as the library compares them: in any case, one slash at the end.</summary>
public static class FirstPartyPaths
{
    public const string Login = "v1/auth/login";
    public const string Refresh = "v1/auth/refresh";
    public const string Logout = "v1/auth/logout";

    /// <summary>The path of the refresh cookie.</summary>
    public const string Root = "/v1/auth";

    public static FirstPartyRoute Of(PathString path)
    {
        var text = path.Value ?? "";
        if (text.EndsWith('/')) text = text[..^1];
        return text.ToUpperInvariant() switch
        {
            "/CONNECT/TOKEN" or "/CONNECT/REVOKE" => FirstPartyRoute.Standard,
            "/V1/AUTH/LOGIN" => FirstPartyRoute.Login,
            "/V1/AUTH/REFRESH" => FirstPartyRoute.Refresh,
            "/V1/AUTH/LOGOUT" => FirstPartyRoute.Logout,
            _ => FirstPartyRoute.Unknown,
        };
    }
}
