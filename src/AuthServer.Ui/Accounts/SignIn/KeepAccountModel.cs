namespace AuthServer.Ui.Accounts.SignIn;

/// <summary>Offers to keep an account that is to be deleted; it posts ticket and returnUrl to /signin/keep.</summary>
/// <param name="DeleteAfter">UTC.</param>
/// <param name="Ticket">Sealed: whose account it is.</param>
public sealed record KeepAccountModel(string Email, DateTime DeleteAfter, string Ticket, string? ReturnUrl);
