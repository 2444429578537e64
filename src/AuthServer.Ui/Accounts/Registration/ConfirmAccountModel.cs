namespace AuthServer.Ui.Accounts.Registration;

/// <summary>The page behind the link of a mail that makes an account; it posts token and password to /signup/confirm.</summary>
public sealed record ConfirmAccountModel
{
    public required string Email { get; init; }

    public required string Token { get; init; }

    public required PasswordRules PasswordRules { get; init; }

    public IReadOnlyList<CreateAccountProblem> Problems { get; init; } = [];

    /// <summary>How long to wait, for <see cref="CreateAccountProblem.Busy"/>.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
