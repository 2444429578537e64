using AuthServer.Data.Entities;
using AuthServer.Pages;
using AuthServer.Ui.Accounts.Recovery;
using AuthServer.Users.Mailboxes;
using AuthServer.Users.Passwords;

namespace AuthServer.Accounts.Recovery;

/// <summary>What the page for a new password shows to a person who has proven the mailbox.</summary>
public sealed class NewPasswordModels(PasswordPolicy policy, AddedWays added)
{
    public async Task<NewPasswordModel> NewAsync(AccountProof proof, ReturnAddress? returnTo, CancellationToken cancellationToken)
    {
        var user = proof.UserId!.Value;
        var ways = await added.ListAsync(user, cancellationToken);
        return new()
        {
            Email = proof.Email,
            ReturnUrl = returnTo?.Address,
            PasswordRules = new(PasswordPolicy.MinimumLength, policy.Complexity),
            Added = [.. ways.Select(way => new AddedWayModel(KindOf(way.Kind), way.Name, way.At))],
            FactorsStay = ways.Any(way => way.IsFactor) && !await added.MayRemoveFactorsAsync(user, cancellationToken),
        };
    }

    private static AddedWayKind KindOf(AddedKind kind) => kind switch
    {
        AddedKind.Passkey => AddedWayKind.Passkey,
        AddedKind.App => AddedWayKind.App,
        AddedKind.RecoveryCodes => AddedWayKind.RecoveryCodes,
        AddedKind.Provider => AddedWayKind.Provider,
        AddedKind.AllowedApp => AddedWayKind.AllowedApp,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
