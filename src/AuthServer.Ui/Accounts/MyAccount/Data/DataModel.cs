namespace AuthServer.Ui.Accounts.MyAccount.Data;

/// <summary>What can be done with everything that is stored about a person: /account/data/export and /account/data/delete.</summary>
public sealed record DataModel : AccountPageModel
{
    /// <summary>True when the account cannot be deleted by its person, because they are an admin.</summary>
    public required bool IsAdmin { get; init; }
}
