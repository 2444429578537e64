using AuthServer.Ui.Controls;

namespace AuthServer.Ui.Accounts.Home;

/// <summary>The landing page at /: who is signed in, and the way in or out.</summary>
public sealed record HomeModel
{
    /// <summary>Who is signed in; null shows the way in.</summary>
    public AccountChip? Account { get; init; }

    public required string SignInUrl { get; init; }

    public required string ServerName { get; init; }
}
