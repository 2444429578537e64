using AuthServer.Ui.Controls;

namespace AuthServer.Ui.Accounts.SecondFactors;

/// <summary>What a form of the page does, once a code has proved the person.</summary>
public enum FactorAct
{
    None,
    RenewCodes,
    Remove,
}

/// <param name="LastUsedAt">UTC.</param>
public sealed record DeviceModel(Guid Id, string? Browser, string? System, DeviceShape Shape, DateTime LastUsedAt);

/// <summary>Everything that the page about an authenticator app shows.</summary>
public sealed record FactorModel
{
    public required AccountChip Account { get; init; }

    public int CodesLeft { get; init; }

    /// <summary>False where the server wants a second factor of the person, and there is no passkey.</summary>
    public bool MayRemove { get; init; }

    /// <summary>False after a sign-in by passkey, which stands for the code.</summary>
    public bool TakesCode { get; init; } = true;

    /// <summary>Where a person signs in by passkey who has no code; null where there is none, or it was used.</summary>
    public string? PasskeyUrl { get; init; }

    public IReadOnlyList<DeviceModel> Devices { get; init; } = [];

    /// <summary>The form that <see cref="Problem"/> is about.</summary>
    public FactorAct Act { get; init; }

    public SecondStepProblem Problem { get; init; }

    public TimeSpan? RetryAfter { get; init; }
}
