namespace AuthServer.Sessions;

/// <summary>Authentication context classes (<c>acr</c>, OpenID Connect Core 2) that a sign-in here can reach.</summary>
public static class AuthenticationContext
{
    /// <summary>One factor: a password.</summary>
    public const string Password = "urn:authplatform:acr:1fa";

    private static readonly string[] Ascending = [Password];

    /// <summary>Whether a session that reached one class satisfies another.</summary>
    public static bool Satisfies(string? reached, string asked)
    {
        var at = Array.IndexOf(Ascending, reached);
        var needed = Array.IndexOf(Ascending, asked);
        return needed >= 0 && at >= needed;
    }
}
