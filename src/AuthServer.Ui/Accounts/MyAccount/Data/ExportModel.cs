using AuthServer.Ui.Accounts.MyAccount.Activity;

namespace AuthServer.Ui.Accounts.MyAccount.Data;

/// <summary>What is stored about a person, as a page to read; it is a file of its own, without anything from this server.</summary>
public sealed record ExportModel
{
    public required string Email { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime MadeAt { get; init; }

    /// <summary>By their names, with their values as texts.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Claims { get; init; }

    public required IReadOnlyList<ExportedSession> Sessions { get; init; }

    public required IReadOnlyList<ExportedApp> Apps { get; init; }

    /// <summary>The latest first; a file beside the page has all of it.</summary>
    public required IReadOnlyList<ActivityLine> Activity { get; init; }
}

/// <param name="Place">The browser or the app, as far as known.</param>
public sealed record ExportedSession(string? Place, string? Address, DateTime? FirstSeen, DateTime? LastSeen);

public sealed record ExportedApp(string Name, IReadOnlyList<string> Scopes, DateTime? Since);
