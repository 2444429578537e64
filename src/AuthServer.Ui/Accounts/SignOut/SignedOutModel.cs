namespace AuthServer.Ui.Accounts.SignOut;

/// <summary>The page after signing out.</summary>
public sealed record SignedOutModel
{
    /// <summary>The app the person came from.</summary>
    public string? AppName { get; init; }

    /// <summary>The way back to the app; null when it registered none.</summary>
    public string? BackUrl { get; init; }

    public required string SignInUrl { get; init; }
}
