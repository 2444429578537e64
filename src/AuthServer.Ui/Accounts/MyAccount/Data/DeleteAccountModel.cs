namespace AuthServer.Ui.Accounts.MyAccount.Data;

/// <summary>The question before an account is deleted; it posts email, typed as a confirmation, to /account/data/delete.</summary>
public sealed record DeleteAccountModel : AccountPageModel
{
    /// <summary>The address that has to be typed.</summary>
    public required string Email { get; init; }

    /// <summary>When the account will be gone, in UTC.</summary>
    public required DateTime DeleteAfter { get; init; }

    /// <summary>What was typed.</summary>
    public string? Typed { get; init; }

    /// <summary>True when what was typed is not the address.</summary>
    public bool Wrong { get; init; }
}
