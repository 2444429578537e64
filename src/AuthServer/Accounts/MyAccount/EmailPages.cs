using AuthServer.Accounts.Recovery;
using AuthServer.Data;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.MyAccount;
using AuthServer.Ui.Accounts.MyAccount.Security;
using AuthServer.Ui.Accounts.Recovery;
using AuthServer.Users.EmailAddresses;
using AuthServer.Users.Mailboxes;
using AuthServer.Users.Proofs;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Accounts.MyAccount;

/// <summary>GET and POST /account/security/email: another address, which counts when the code of the mail to it comes back.</summary>
internal static class EmailPages
{
    private const string Path = PagePaths.AccountEmail;

    public static void MapEmailPages(this IEndpointRouteBuilder routes)
    {
        routes.MapPage(Path, ShowAsync);
        routes.MapForm(Path, Path, ChangeAsync, (visit, _) => Task.FromResult(
            Again(visit, NewModel(visit) with { Problem = AccountProblem.FormExpired }, StatusCodes.Status400BadRequest)));
    }

    private static async Task<IResult> ShowAsync(AccountVisit visit)
    {
        if (!visit.Get<ConfirmationRules>().ChangesAreProven) return Results.NotFound();
        return await visit.ProveAgainForAsync(Path) ?? visit.Page<ChangeEmailPage>(NewModel(visit));
    }

    private static async Task<IResult> ChangeAsync(AccountVisit visit, PostedForm form)
    {
        if (!visit.Get<ConfirmationRules>().ChangesAreProven) return Results.NotFound();
        // Another address is another way in.
        if (await visit.ProveAgainForAsync(Path) is { } again) return again;
        var email = form["email"].Trim();
        var model = NewModel(visit) with { Email = email };
        if (email.Length == 0) return Again(visit, model with { Wrong = ChangeEmailProblem.Missing });
        if (!EmailAddress.IsValid(email)) return Again(visit, model with { Wrong = ChangeEmailProblem.Invalid });
        var user = await visit.Get<AuthDbContext>().Users.AsNoTracking().FirstAsync(u => u.Id == visit.UserId, visit.Aborted);
        if (email == user.Email) return Again(visit, model with { Wrong = ChangeEmailProblem.Same });
        return await visit.Get<EmailChange>().AskAsync(user, email, visit.Caller, visit.Aborted) switch
        {
            MailAsk.Accepted(var asked) => MailedCode.Page(
                visit.Http, MailedCodeUse.Email, asked, ReturnAddress.ToAuthorization(PagePaths.AccountSecurity)),
            MailAsk.EmailTaken => Again(visit, model with { Wrong = ChangeEmailProblem.Taken }, StatusCodes.Status409Conflict),
            MailAsk.TooMany(var wait) => Again(
                visit, model with { Problem = AccountProblem.TooManyTries, RetryAfter = wait }, StatusCodes.Status429TooManyRequests),
            var other => throw new InvalidOperationException($"Unknown result {other}"),
        };
    }

    private static IResult Again(AccountVisit visit, ChangeEmailModel model, int status = StatusCodes.Status422UnprocessableEntity) =>
        visit.Page<ChangeEmailPage>(model, status);

    private static ChangeEmailModel NewModel(AccountVisit visit) => new() { Account = visit.Chip };
}
