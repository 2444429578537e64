using AuthServer.Ui.Controls;

namespace AuthServer.Ui.Accounts.MyAccount.Sessions;

/// <summary>
/// Where a person is signed in; one place is ended by posting its session to /account/sessions/end, all others at once by
/// /account/sessions/end-others.
/// </summary>
public sealed record SessionsModel : AccountPageModel
{
    /// <summary>The browser that shows the page.</summary>
    public required PlaceModel This { get; init; }

    /// <summary>The one seen last first.</summary>
    public required IReadOnlyList<PlaceModel> Others { get; init; }
}

/// <summary>A browser or an app where a person is signed in.</summary>
/// <param name="App">The name of the app; null for a browser.</param>
/// <param name="Browser">As far as known.</param>
/// <param name="System">As far as known.</param>
/// <param name="FirstSeen">UTC.</param>
/// <param name="LastSeen">UTC.</param>
/// <param name="Apps">The names of the apps that are used from there.</param>
public sealed record PlaceModel(
    Guid Session, string? App, string? Browser, string? System, DeviceShape Shape, string? Address, DateTime? FirstSeen, DateTime? LastSeen,
    IReadOnlyList<string> Apps)
{
    /// <summary>Where the address is, as far as known.</summary>
    public string? Where { get; init; }
}
