using AuthServer.Ui.Controls;

namespace AuthServer.Ui.Accounts.SecondFactors;

/// <summary>Everything that the set-up of an authenticator app shows; it posts code, key, step and returnUrl.</summary>
public sealed record SetUpModel
{
    public required AccountChip Account { get; init; }

    /// <summary>The app that asks; null when the person came by themselves.</summary>
    public string? AppName { get; init; }

    /// <summary>Where the form goes.</summary>
    public required string Action { get; init; }

    public string? ReturnUrl { get; init; }

    /// <summary>Names the sign-in or session that the set-up belongs to.</summary>
    public required string Step { get; init; }

    /// <summary>The secret as the server takes it back.</summary>
    public required string SealedKey { get; init; }

    /// <summary>The secret as a person types it.</summary>
    public required string Key { get; init; }

    /// <summary>What the QR code says; an app on the same device opens it.</summary>
    public required string Address { get; init; }

    /// <summary>The length of a side in modules.</summary>
    public required int QrSize { get; init; }

    /// <summary>An SVG path that fills the dark modules.</summary>
    public required string QrPath { get; init; }

    /// <summary>True in the middle of a sign-in that goes on with it alone.</summary>
    public bool Demanded { get; init; }

    public SecondStepProblem Problem { get; init; }
}
