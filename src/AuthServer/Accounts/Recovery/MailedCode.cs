using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.Pages;
using AuthServer.Sessions;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.Recovery;
using AuthServer.Users.Proofs;
using AuthServer.Users.SignIn;

namespace AuthServer.Accounts.Recovery;

/// <summary>The page that wants the code of a mail, whatever the code is for.</summary>
internal sealed class MailedCode(ProofTickets tickets, ProofCheck check, DeviceNames devices)
{
    /// <param name="skipUrl">Where the person goes on without the code; null where it is needed.</param>
    public static IResult Page(HttpContext http, MailedCodeUse use, AskedProof asked, ReturnAddress? returnTo, string? skipUrl = null) =>
        PageAnswers.Page<MailedCodePage>(http, NewModel(
            http.RequestServices.GetRequiredService<ProofTickets>(), use, asked, returnTo) with { SkipUrl = skipUrl });

    /// <summary>Takes the code that was posted.</summary>
    /// <returns>The open proof, or the page that says what is wrong.</returns>
    public async Task<(AccountProof? Proof, IResult? Again)> TakeAsync(
        HttpContext http, PostedForm form, MailedCodeUse use, params ProofPurpose[] purposes)
    {
        var returnTo = ReturnAddress.ToAuthorization(form["returnUrl"]);
        // What this server did not seal belongs to no mail.
        if (tickets.Open(form["request"], purposes) is not { } asked) return (null, LinkEnded.Answer(http, AgainPath(use), returnTo));
        if (!form.IsGenuine)
        {
            return Again(form.HasCookie ? MailedCodeProblem.FormExpired : MailedCodeProblem.NoCookies, StatusCodes.Status400BadRequest);
        }

        // A new address is none that the browser knows: the person who is signed in is.
        var device = asked.Purpose == ProofPurpose.EmailChange && await http.GetBrowserSessionAsync() is { } session
            ? await devices.OfAsync(http, session.UserId)
            : await devices.OfAsync(http, asked.Email);
        return await check.TryCodeAsync(asked, form["code"], Caller.Of(http), http.RequestAborted, device) switch
        {
            CodeCheck.Right(var proof) => (proof, null),
            CodeCheck.Wrong => Again(MailedCodeProblem.Wrong, StatusCodes.Status422UnprocessableEntity),
            CodeCheck.Ended => Again(MailedCodeProblem.Ended, StatusCodes.Status422UnprocessableEntity),
            CodeCheck.TooManyTries(var wait) => Again(MailedCodeProblem.TooManyTries, StatusCodes.Status429TooManyRequests, wait),
            var other => throw new InvalidOperationException($"Unknown result {other}"),
        };

        (AccountProof?, IResult?) Again(MailedCodeProblem problem, int status, TimeSpan? wait = null) => (null,
            PageAnswers.Page<MailedCodePage>(
                http, NewModel(tickets, use, asked, returnTo) with { Problem = problem, RetryAfter = wait }, status, wait));
    }

    private static MailedCodeModel NewModel(ProofTickets tickets, MailedCodeUse use, AskedProof asked, ReturnAddress? returnTo) => new()
    {
        Use = use,
        Email = asked.Email,
        Request = tickets.Seal(asked),
        ReturnUrl = returnTo?.Address,
        AgainUrl = ReturnAddress.With(AgainPath(use, asked.Purpose), returnTo),
    };

    private static string AgainPath(MailedCodeUse use, ProofPurpose? purpose = null) => use switch
    {
        _ when purpose == ProofPurpose.EmailChange => PagePaths.AccountEmail,
        MailedCodeUse.PasswordReset => PagePaths.ForgottenPassword,
        MailedCodeUse.Registration => PagePaths.CreateAccount,
        _ => PagePaths.ConfirmEmail,
    };
}
