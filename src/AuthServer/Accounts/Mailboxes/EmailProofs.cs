using AuthServer.Accounts.Recovery;
using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.Mailboxes;
using AuthServer.Users.Mailboxes;

namespace AuthServer.Accounts.Mailboxes;

/// <summary>Does what a proof of a mailbox is for, whether it was given by code or by link.</summary>
internal sealed class EmailProofs(EmailConfirmation confirmation, EmailChange change)
{
    public async Task<IResult> CompleteAsync(HttpContext http, Confirmer person, AccountProof proof, ReturnAddress? returnTo)
    {
        if (!person.IsOf(proof)) return LinkEnded.Answer(http, PagePaths.ConfirmEmail, returnTo);
        var result = proof.Purpose == ProofPurpose.EmailChange
            ? await change.CompleteAsync(http, proof)
            : await confirmation.CompleteAsync(proof, Caller.Of(http)) ? EmailChangeResult.Done : EmailChangeResult.Ended;
        return result switch
        {
            EmailChangeResult.Done when person.Next(returnTo) is { } next => PageAnswers.GoOn(http, next),
            EmailChangeResult.Done => PageAnswers.Page<EmailProvenPage>(http, new EmailProvenModel
            {
                Email = proof.Email, IsChange = proof.Purpose == ProofPurpose.EmailChange, ContinueUrl = ReturnAddress.Home,
            }),
            // Taken: another account got the address meanwhile.
            _ => LinkEnded.Answer(http, PagePaths.ConfirmEmail, returnTo),
        };
    }
}
