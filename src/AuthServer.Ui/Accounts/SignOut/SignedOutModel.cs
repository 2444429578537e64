namespace AuthServer.Ui.Accounts.SignOut;

/// <summary>The page after signing out.</summary>
public sealed record SignedOutModel
{
    /// <summary>The app the person came from.</summary>
    public string? AppName { get; init; }

    /// <summary>The way back to the app; null when it registered none.</summary>
    public string? BackUrl { get; init; }

    public required string SignInUrl { get; init; }

    /// <summary>Pages of apps that end their own session when the browser loads them.</summary>
    public IReadOnlyList<string> Frames { get; init; } = [];

    /// <summary>The person goes back by themselves once the frames are loaded, or have had their time.</summary>
    public bool GoesOn { get; init; }
}
