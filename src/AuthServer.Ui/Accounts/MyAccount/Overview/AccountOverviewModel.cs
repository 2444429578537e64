namespace AuthServer.Ui.Accounts.MyAccount.Overview;

/// <summary>The entrance to the pages about an account: its sections.</summary>
public sealed record AccountOverviewModel : AccountPageModel
{
    public required string ServerName { get; init; }
}
