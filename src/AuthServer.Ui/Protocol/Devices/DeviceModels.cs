using AuthServer.Ui.Controls;
using AuthServer.Ui.Protocol.Consent;

namespace AuthServer.Ui.Protocol.Devices;

/// <summary>Why the code of a device is asked for again.</summary>
public enum DeviceProblem
{
    None,
    Missing,
    Malformed,

    /// <summary>No device waits with it: mistyped, used, or too old.</summary>
    Unknown,
    TooManyTries,
    FormExpired,
}

/// <summary>Asks for the code that a device shows; it posts code to /device.</summary>
public sealed record DeviceCodeModel
{
    public required AccountChip Account { get; init; }

    public DeviceProblem Problem { get; init; }

    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>What an app on another device asks of an account; it posts decision (allow or deny), request and shown.</summary>
public sealed record DeviceRequestModel
{
    public required string AppName { get; init; }

    /// <summary>Where the app registered itself; a name can be chosen freely, this cannot.</summary>
    public string? AppDomain { get; init; }

    /// <summary>The name of this server, where the app has registered itself and nobody here knows it; null where somebody does.</summary>
    public string? UnknownTo { get; init; }

    /// <summary>The host that publishes what the app says of itself; null where nobody does.</summary>
    public string? Publisher { get; init; }

    /// <summary>Nothing proves which program asks in the name of the app.</summary>
    public bool IsLocal { get; init; }

    /// <summary>As the device shows it; null where the app has named the person, and shows no code.</summary>
    public string? Code { get; init; }

    /// <summary>What the app shows at the same time; null where it shows nothing.</summary>
    public string? Message { get; init; }

    /// <summary>True where the app has named the person (CIBA): the decision is posted to /approve/decision.</summary>
    public bool IsByName { get; init; }

    public required AccountChip Account { get; init; }

    /// <summary>Where to choose another account.</summary>
    public string? SwitchUrl { get; init; }

    /// <summary>The address of the network that the device asked from.</summary>
    public string? Address { get; init; }

    /// <summary>The program on the device, as it names itself.</summary>
    public string? Browser { get; init; }

    public string? System { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime AskedAt { get; init; }

    public required string Request { get; init; }

    /// <summary>What the page shows, sealed: Allow allows that.</summary>
    public required string Shown { get; init; }

    public required IReadOnlyList<ScopePromise> Scopes { get; init; }
}

public enum DeviceOutcome
{
    Allowed,
    Denied,

    /// <summary>Decided before, or too old.</summary>
    Ended,

    /// <summary>The person allowed it, and the server has no room for the app.</summary>
    NoRoom,
}

/// <summary>What has become of the request of a device, or of an app that has named the person.</summary>
public sealed record DeviceOutcomeModel
{
    public required DeviceOutcome Outcome { get; init; }

    /// <summary>The app has named the person (CIBA): there is no device to go back to.</summary>
    public bool IsByName { get; init; }

    public required string AppName { get; init; }
}
