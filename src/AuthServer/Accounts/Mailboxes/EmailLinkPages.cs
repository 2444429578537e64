using AuthServer.Accounts.Recovery;
using AuthServer.Data.Entities;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.Mailboxes;
using AuthServer.Users.Proofs;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Accounts.Mailboxes;

/// <summary>GET /email/link: the link of a mail that confirms or changes the address; it uses nothing up. POST does it.</summary>
public static class EmailLinkPages
{
    public static void MapEmailLinkPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(PagePaths.EmailLink, ShowAsync);
        routes.MapPost(PagePaths.EmailLink, UseAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
    }

    private static async Task<IResult> ShowAsync(HttpContext http, ProofCheck check)
    {
        string? token = http.Request.Query["token"];
        return await FindAsync(http, check, token) is { } proof
            ? PageAnswers.Page<EmailLinkPage>(http, NewModel(await Confirmer.FindAsync(http), proof, token!))
            : LinkEnded.Answer(http, PagePaths.ConfirmEmail, returnTo: null);
    }

    private static async Task<IResult> UseAsync(HttpContext http, IAntiforgery antiforgery, ProofCheck check, EmailProofs proofs)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        if (await FindAsync(http, check, form["token"]) is not { } proof)
        {
            return LinkEnded.Answer(http, PagePaths.ConfirmEmail, returnTo: null);
        }

        var person = await Confirmer.FindAsync(http);
        return form.IsGenuine && person?.IsOf(proof) == true
            ? await proofs.CompleteAsync(http, person, proof, returnTo: null)
            : PageAnswers.Page<EmailLinkPage>(http, NewModel(person, proof, form["token"]), StatusCodes.Status400BadRequest);
    }

    private static Task<AccountProof?> FindAsync(HttpContext http, ProofCheck check, string? token) =>
        check.FindAsync(token, http.RequestAborted, ProofPurpose.EmailConfirmation, ProofPurpose.EmailChange);

    private static EmailLinkModel NewModel(Confirmer? person, AccountProof proof, string token) => new()
    {
        Email = proof.Email,
        Token = token,
        IsChange = proof.Purpose == ProofPurpose.EmailChange,
        SignInUrl = person?.IsOf(proof) == true ? null : OtherAccount.Choose(returnTo: null),
    };
}
