namespace AuthServer.Ui;

/// <summary>The addresses of the hosted pages: their forms post to them, and the protocol sends people there.</summary>
public static class PagePaths
{
    public const string SignIn = "/signin";
    public const string CreateAccount = "/signup";

    /// <summary>Judges a password while it is typed.</summary>
    public const string JudgePassword = CreateAccount + "/password";

    public const string SignOut = "/signout";
    public const string SignedOut = "/signed-out";
    public const string Consent = "/consent";

    /// <summary>The demo app, in Development alone.</summary>
    public const string Demo = "/demo";

    public const string DemoCallback = Demo + "/callback";
}
