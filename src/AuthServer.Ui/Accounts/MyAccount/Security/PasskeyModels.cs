using AuthServer.Ui.Controls;

namespace AuthServer.Ui.Accounts.MyAccount.Security;

/// <summary>The card of the passkeys.</summary>
/// <param name="Domain">To which the passkeys belong, for the browser.</param>
/// <param name="UserHandle">Whose they are, for the browser; base64url.</param>
/// <param name="Account">What the browser calls the account.</param>
public sealed record PasskeysCardModel(IReadOnlyList<PasskeyModel> Passkeys, string Domain, string UserHandle, AccountChip Account);

/// <summary>One passkey.</summary>
/// <param name="Name">Empty where neither the person nor the model of the authenticator has given one.</param>
/// <param name="Provider">Where it lives, if that is known.</param>
/// <param name="IsSynced">The person has it on several devices.</param>
/// <param name="Credential">As the browser knows it; base64url.</param>
/// <param name="Shape">What keeps it.</param>
/// <param name="Icon">Of what keeps it, if the operator has one.</param>
public sealed record PasskeyModel(
    Guid Id, string Name, string? Provider, bool IsSynced, DateTime CreatedAt, DateTime? LastUsedAt, string Credential,
    PasskeyShape Shape = PasskeyShape.Device, PasskeyIcon? Icon = null);

/// <summary>GET /account/security/passkeys/new</summary>
public sealed record NewPasskeyModel : AccountPageModel;

/// <summary>GET /account/security/passkey?id=: the name of one passkey, and its removal.</summary>
public sealed record PasskeyPageModel : AccountPageModel
{
    public required PasskeyModel Passkey { get; init; }

    /// <summary>What was typed as a name.</summary>
    public string? Typed { get; init; }

    public bool NameIsWrong { get; init; }
}
