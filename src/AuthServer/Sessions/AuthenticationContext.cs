namespace AuthServer.Sessions;

/// <summary>Authentication context classes (<c>acr</c>, OpenID Connect Core 2) that a sign-in here can reach.</summary>
public static class AuthenticationContext
{
    /// <summary>One factor: a password, or a code or link from a mail.</summary>
    public const string Password = "urn:authplatform:acr:1fa";

    /// <summary>Two factors, such as something the person knows and something they have.</summary>
    public const string SecondFactor = "urn:authplatform:acr:2fa";

    private static readonly string[] Ascending = [Password, SecondFactor];

    /// <summary>Whether the class is one of this server's.</summary>
    public static bool IsKnown(string asked) => Ascending.Contains(asked);

    /// <summary>Whether a session that reached one class satisfies another.</summary>
    public static bool Satisfies(string? reached, string asked)
    {
        var at = Array.IndexOf(Ascending, reached);
        var needed = Array.IndexOf(Ascending, asked);
        return needed >= 0 && at >= needed;
    }
}
