namespace AuthServer.Ui.Accounts.MyAccount.Security;

/// <summary>The ways into an account, a card for each kind.</summary>
public sealed record SecurityModel : AccountPageModel
{
    /// <summary>Null where nobody signs in with a password.</summary>
    public required PasswordCardModel? Password { get; init; }

    /// <summary>Null where the server asks nobody for a second factor.</summary>
    public AuthenticatorCardModel? Authenticator { get; init; }

    /// <summary>Null where an app has them on its card, or nothing needs them.</summary>
    public RecoveryCodesCardModel? Codes { get; init; }

    /// <summary>Null where this server can have no passkeys.</summary>
    public PasskeysCardModel? Passkeys { get; init; }

    /// <summary>Null where this server knows no other providers, and none is connected.</summary>
    public ConnectionsCardModel? Connections { get; init; }

    /// <summary>Null where no address can be changed.</summary>
    public EmailCardModel? Email { get; init; }
}

/// <summary>The card of the address.</summary>
/// <param name="IsConfirmed">Whether the person has shown that it is theirs.</param>
/// <param name="MayConfirm">False where the server asks nobody for it, and another address alone is proven.</param>
public sealed record EmailCardModel(string Email, bool IsConfirmed, bool MayConfirm = true);

/// <summary>The card of the password.</summary>
/// <param name="Exists">False for an account that is entered in other ways only.</param>
/// <param name="ChangedAt">UTC; null where it was never changed, or too long ago to be known.</param>
/// <param name="MayGo">The person can sign in without it.</param>
public sealed record PasswordCardModel(bool Exists, DateTime? ChangedAt, bool MayGo = false);

/// <summary>The card of the authenticator app.</summary>
/// <param name="Since">UTC; null: there is none.</param>
public sealed record AuthenticatorCardModel(DateTime? Since, int CodesLeft);
