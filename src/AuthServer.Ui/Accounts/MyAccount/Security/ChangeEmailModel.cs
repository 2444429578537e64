namespace AuthServer.Ui.Accounts.MyAccount.Security;

/// <summary>Another address for the account; it posts email to /account/security/email.</summary>
public sealed record ChangeEmailModel : AccountPageModel
{
    /// <summary>The new address as it was typed.</summary>
    public string? Email { get; init; }

    public ChangeEmailProblem Wrong { get; init; }
}

/// <summary>What is wrong with the new address.</summary>
public enum ChangeEmailProblem
{
    None,
    Missing,
    Invalid,

    /// <summary>The account has it already.</summary>
    Same,

    /// <summary>Another account has it, on a server that tells so.</summary>
    Taken,
}
