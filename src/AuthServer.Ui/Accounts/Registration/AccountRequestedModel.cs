namespace AuthServer.Ui.Accounts.Registration;

/// <summary>
/// The page after a registration on a server that does not tell whether an address has an account: the same in both cases.
/// </summary>
public sealed record AccountRequestedModel
{
    /// <summary>The address as it was typed.</summary>
    public required string Email { get; init; }

    public string? SignInUrl { get; init; }
}
