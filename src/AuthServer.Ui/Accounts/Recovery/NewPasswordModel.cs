using AuthServer.Ui.Accounts.Registration;

namespace AuthServer.Ui.Accounts.Recovery;

/// <summary>Asks for a new password; it posts token or passed, password, remove and returnUrl to /password/reset.</summary>
public sealed record NewPasswordModel
{
    /// <summary>The address of the account, so that a password manager keeps the new password for the right one.</summary>
    public required string Email { get; init; }

    /// <summary>The token of the link that was followed.</summary>
    public string? Token { get; init; }

    /// <summary>The server's own handle on the code that was given in this tab.</summary>
    public string? Passed { get; init; }

    public string? ReturnUrl { get; init; }

    public required PasswordRules PasswordRules { get; init; }

    /// <summary>What was added to the account lately; the field remove takes all of it away.</summary>
    public IReadOnlyList<AddedWayModel> Added { get; init; } = [];

    /// <summary>Second factors among it stay, because one is wanted of the person.</summary>
    public bool FactorsStay { get; init; }

    /// <summary>The person has chosen to remove it.</summary>
    public bool RemovesAdded { get; init; }

    public IReadOnlyList<CreateAccountProblem> Problems { get; init; } = [];

    /// <summary>How long to wait, for <see cref="CreateAccountProblem.Busy"/>.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
