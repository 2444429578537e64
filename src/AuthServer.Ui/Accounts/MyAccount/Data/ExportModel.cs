using AuthServer.Ui.Accounts.MyAccount.Activity;
using AuthServer.Ui.Brand;

namespace AuthServer.Ui.Accounts.MyAccount.Data;

/// <summary>What is stored about a person, as a page to read; it is a file of its own, without anything from this server.</summary>
public sealed record ExportModel
{
    public required string Email { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime MadeAt { get; init; }

    /// <summary>By their names, with their values as texts.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Claims { get; init; }

    public required IReadOnlyList<string> Roles { get; init; }

    public required Theme Theme { get; init; }

    public required IReadOnlyList<ExportedPasskey> Passkeys { get; init; }

    /// <summary>UTC; null: there is no authenticator app.</summary>
    public required DateTime? AppSince { get; init; }

    public required int RecoveryCodesLeft { get; init; }

    /// <summary>Browsers in which no second step is asked for.</summary>
    public required IReadOnlyList<ExportedSession> Devices { get; init; }

    public required IReadOnlyList<ExportedConnection> Connections { get; init; }

    public required IReadOnlyList<ExportedSession> Sessions { get; init; }

    public required IReadOnlyList<ExportedApp> Apps { get; init; }

    /// <summary>The latest first; a file beside the page has all of it.</summary>
    public required IReadOnlyList<ActivityLine> Activity { get; init; }
}

/// <param name="Place">The browser or the app, as far as known.</param>
public sealed record ExportedSession(string? Place, string? Address, DateTime? FirstSeen, DateTime? LastSeen);

/// <param name="EndsAt">UTC; when its access ends by itself, where it does.</param>
public sealed record ExportedApp(string Name, IReadOnlyList<string> Scopes, DateTime? Since, DateTime? EndsAt);

/// <param name="Name">Null where nobody has given one.</param>
/// <param name="Provider">Where it is kept, as far as known.</param>
public sealed record ExportedPasskey(string? Name, string? Provider, bool IsSynced, DateTime CreatedAt, DateTime? LastUsed);

/// <param name="Label">What the person knows it by.</param>
public sealed record ExportedConnection(string Issuer, string? Label, DateTime? Since);
