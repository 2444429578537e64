using AuthServer.Ui.Controls;

namespace AuthServer.Ui.Accounts.SignOut;

/// <summary>The question before signing out; it posts request to /signout.</summary>
public sealed record SignOutModel
{
    /// <summary>The app that asks to sign out; null when the person came by themselves.</summary>
    public string? AppName { get; init; }

    /// <summary>Who is signed in; null when the session is already over.</summary>
    public AccountChip? Account { get; init; }

    /// <summary>The server's own handle on the sign-out request, given back unchanged.</summary>
    public string? Request { get; init; }

    /// <summary>Where to go when the person stays; null hides the button.</summary>
    public string? StayUrl { get; init; }
}
