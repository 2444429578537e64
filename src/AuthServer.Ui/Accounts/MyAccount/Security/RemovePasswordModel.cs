namespace AuthServer.Ui.Accounts.MyAccount.Security;

/// <summary>GET /account/security/password/remove: what it means, and what has to be there first.</summary>
public sealed record RemovePasswordModel : AccountPageModel
{
    public required PasswordRemovalNeed Needs { get; init; }
}

/// <summary>What an account lacks that is to have no password.</summary>
public enum PasswordRemovalNeed
{
    Nothing,
    Passkey,

    /// <summary>A second way: the confirmed address, or another passkey.</summary>
    AddressOrPasskey,

    /// <summary>A second passkey, where this server confirms no addresses.</summary>
    AnotherPasskey,
}
