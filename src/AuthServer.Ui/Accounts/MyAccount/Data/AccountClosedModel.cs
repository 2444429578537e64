namespace AuthServer.Ui.Accounts.MyAccount.Data;

/// <summary>What is shown once an account is to be deleted; nobody is signed in any more.</summary>
/// <param name="DeleteAfter">UTC.</param>
public sealed record AccountClosedModel(string Email, DateTime DeleteAfter);
