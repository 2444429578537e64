using AuthServer.Ui.Protocol.Consent;

namespace AuthServer.Ui.Accounts.MyAccount.Apps;

/// <summary>The apps that use an account; one is cut off by posting its name to /account/apps/withdraw.</summary>
public sealed record AppsModel : AccountPageModel
{
    public required IReadOnlyList<ConnectedAppModel> Apps { get; init; }

    /// <summary>Whether an app waits for an answer of the person, which they give at /approve.</summary>
    public bool AppWaits { get; init; }
}

/// <summary>An app with access to the account.</summary>
/// <param name="Client">Its client id, which the form posts.</param>
/// <param name="Domain">Where it registered itself.</param>
/// <param name="Since">UTC.</param>
/// <param name="LastUsed">UTC; null where it is not signed in.</param>
/// <param name="Promises">What it may see and do.</param>
public sealed record ConnectedAppModel(
    string Client, string Name, string? Domain, string? LogoUrl, DateTime? Since, DateTime? LastUsed,
    IReadOnlyList<ScopePromise> Promises)
{
    /// <summary>UTC: when its access ends by itself; null: when the person takes it back.</summary>
    public DateTime? Ends { get; init; }

    /// <summary>Where the app begins a sign-in of its own accord; null: it has no such address.</summary>
    public string? OpenUrl { get; init; }
}
