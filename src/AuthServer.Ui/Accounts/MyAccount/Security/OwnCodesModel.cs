using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Accounts.MyAccount.Security;

/// <summary>GET /account/security/recovery-codes: the codes of a person whose second factor is a passkey alone.</summary>
public sealed record OwnCodesModel : AccountPageModel
{
    public required int Left { get; init; }
}

/// <summary>The card of the recovery codes, where there is no authenticator app.</summary>
public sealed record RecoveryCodesCardModel(int Left)
{
    internal static string About(int left) => left == 0 ? Texts.RecoveryCodesNone : Texts.RecoveryCodesLeft.Of(left);
}
