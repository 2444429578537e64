using AuthServer.Ui.Controls;

namespace AuthServer.Ui.Accounts.SignIn;

/// <summary>Offers a passkey to a person who has just signed in with a password; it posts to /signin/passkey/offer.</summary>
public sealed record PasskeyOfferModel
{
    public required AccountChip Account { get; init; }

    /// <summary>Where the person goes on, with a passkey or without.</summary>
    public required string ContinueUrl { get; init; }

    public string? ReturnUrl { get; init; }

    /// <summary>The answer of the browser was no passkey for this account.</summary>
    public bool Refused { get; init; }
}
