using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Users.Mailboxes;
using AuthServer.Users.Proofs;

namespace AuthServer.Accounts.Registration;

/// <summary>Where confirmation is optional: sends who has just made an account to the page for the code of a mail.</summary>
internal sealed class NewAddress(EmailConfirmation confirmation, ConfirmationRules rules, ProofTickets tickets)
{
    /// <returns>Where the person goes on: to that page, or without it.</returns>
    public async Task<string> AskAsync(HttpContext http, User user, ReturnAddress? returnTo) =>
        rules.AreProven && await confirmation.AskAsync(user, Caller.Of(http)) is MailAsk.Accepted(var asked)
            ? ReturnAddress.With(PagePaths.ConfirmEmail, returnTo, [new("request", tickets.Seal(asked))])
            : returnTo?.Address ?? ReturnAddress.Home;
}
