using AuthServer.Accounts.Recovery;
using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.Pages;
using AuthServer.Sessions;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.Mailboxes;
using AuthServer.Users.Mailboxes;

namespace AuthServer.Accounts.Mailboxes;

/// <summary>Does what a proof of a mailbox is for, whether it was given by code or by link.</summary>
internal sealed class EmailProofs(EmailConfirmation confirmation, EmailChange change)
{
    /// <summary>
    /// Only in a browser where the account is signed in: whoever reads a mailbox must not confirm it, or give it, to an account of somebody
    /// else who has typed its address.
    /// </summary>
    public static bool IsOf(BrowserSession? session, AccountProof proof) => session is not null && session.UserId == proof.UserId;

    public async Task<IResult> CompleteAsync(HttpContext http, BrowserSession session, AccountProof proof, ReturnAddress? returnTo)
    {
        if (!IsOf(session, proof)) return LinkEnded.Answer(http, PagePaths.ConfirmEmail, returnTo);
        var result = proof.Purpose == ProofPurpose.EmailChange
            ? await change.CompleteAsync(proof, Caller.Of(http))
            : await confirmation.CompleteAsync(proof, Caller.Of(http)) ? EmailChangeResult.Done : EmailChangeResult.Ended;
        return result switch
        {
            EmailChangeResult.Done when returnTo is not null => PageAnswers.GoOn(http, returnTo.Address),
            EmailChangeResult.Done => PageAnswers.Page<EmailProvenPage>(http, new EmailProvenModel
            {
                Email = proof.Email, IsChange = proof.Purpose == ProofPurpose.EmailChange, ContinueUrl = ReturnAddress.Home,
            }),
            // Taken: another account got the address meanwhile.
            _ => LinkEnded.Answer(http, PagePaths.ConfirmEmail, returnTo),
        };
    }
}
