using AuthServer.Ui.Controls;

namespace AuthServer.Ui.Protocol.Consent;

/// <summary>What an app asks of an account; it posts decision (allow or deny), returnUrl and shown to /consent.</summary>
public sealed record ConsentModel
{
    public required string AppName { get; init; }

    /// <summary>The host the app registered to be sent back to; a name can be chosen freely, this cannot.</summary>
    public string? AppDomain { get; init; }

    public string? LogoUrl { get; init; }

    /// <summary>The app has registered itself: nobody here knows who is behind it.</summary>
    public bool IsUnconfirmed { get; init; }

    /// <summary>UTC: when the access ends by itself; null: when the person takes it back.</summary>
    public DateTime? Ends { get; init; }

    /// <summary>The host that publishes what the app says of itself; it stands in the place of "has registered itself".</summary>
    public string? Publisher { get; init; }

    /// <summary>The answer goes to a program on the person's machine that nothing proves.</summary>
    public bool IsLocal { get; init; }

    /// <summary>The host that the answer goes to, where it is another one than <see cref="AppDomain"/>.</summary>
    public string? ReturnsTo { get; init; }

    /// <summary>The app's own privacy notice.</summary>
    public string? PolicyUrl { get; init; }

    /// <summary>The app's own terms of use.</summary>
    public string? TermsUrl { get; init; }

    public required AccountChip Account { get; init; }

    /// <summary>Where to choose another account; null hides the link.</summary>
    public string? SwitchUrl { get; init; }

    public required string ReturnUrl { get; init; }

    /// <summary>What the page shows, sealed: Allow allows that.</summary>
    public required string Shown { get; init; }

    public required IReadOnlyList<ScopePromise> Scopes { get; init; }

    public required string ServerName { get; init; }
}

/// <summary>One scope in plain words: what the app may do, and what that shows.</summary>
public sealed record ScopePromise(string Title, string? Detail, ScopeIcon Icon);

/// <summary>The small picture beside a promise.</summary>
public enum ScopeIcon
{
    Person,
    Mail,
    Home,
    Phone,
    Badge,
    People,
    Clock,
    Document,
}
