using AuthServer.Ui.Accounts.Registration;

namespace AuthServer.Ui.Accounts.MyAccount.Security;

/// <summary>A new password for the account; it posts current_password and password to /account/security/password.</summary>
public sealed record ChangePasswordModel : AccountPageModel
{
    public required string Email { get; init; }

    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    /// <summary>False for an account that has no password yet: then none is asked for.</summary>
    public required bool HasPassword { get; init; }

    public required PasswordRules Rules { get; init; }

    public CurrentPasswordProblem Current { get; init; }

    /// <summary>What the new password lacks.</summary>
    public IReadOnlyList<CreateAccountProblem> Failed { get; init; } = [];
}

/// <summary>What is wrong with the current password that was typed.</summary>
public enum CurrentPasswordProblem
{
    None,
    Missing,
    Wrong,
}
