using AuthServer.Configuration;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>What an address of the token or revocation endpoint is.</summary>
public enum FirstPartyRoute
{
    /// <summary>The endpoint of the standard: forms, and OAuth errors.</summary>
    Standard,
    Login,
    Refresh,
    Logout,

    /// <summary>An address that OpenIddict took for one of its own and that is none of these.</summary>
    Unknown,
}

/// <summary>
/// Tells the addresses of the JSON API from those of the standard, as OpenIddict compares them: in any case, one slash at the end.
/// </summary>
public static class FirstPartyPaths
{
    public static FirstPartyRoute Of(PathString path)
    {
        var text = path.Value ?? "";
        if (text.EndsWith('/')) text = text[..^1];
        if (Is(ProtocolPaths.Token) || Is(ProtocolPaths.Revocation)) return FirstPartyRoute.Standard;
        if (Is(ApiPaths.Login)) return FirstPartyRoute.Login;
        if (Is(ApiPaths.Refresh)) return FirstPartyRoute.Refresh;
        return Is(ApiPaths.Logout) ? FirstPartyRoute.Logout : FirstPartyRoute.Unknown;

        bool Is(string known) => text.Equals(known, StringComparison.OrdinalIgnoreCase);
    }
}
