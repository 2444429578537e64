namespace AuthServer.Ui.Accounts.Registration;

/// <summary>The page after a registration on a server that tells nobody whether an address has an account: the same for everybody.</summary>
public sealed record AccountRequestedModel
{
    /// <summary>The address as it was typed.</summary>
    public required string Email { get; init; }

    public string? SignInUrl { get; init; }
}
