using AuthServer.Data.Entities;
using AuthServer.Pages;
using AuthServer.Sessions;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.MyAccount;
using AuthServer.Ui.Accounts.MyAccount.Data;
using AuthServer.Users.EmailAddresses;
using AuthServer.Users.MyAccount;

namespace AuthServer.Accounts.MyAccount;

/// <summary>GET /account/data and below: a download of what is stored, and the deletion of the account.</summary>
internal static class DataPages
{
    private const string Path = PagePaths.AccountData;
    private const string DeletePath = PagePaths.AccountDelete;

    public static void MapDataPages(this IEndpointRouteBuilder routes)
    {
        routes.MapPage(Path, visit => ShowAsync(visit, AccountProblem.None, StatusCodes.Status200OK));
        routes.MapForm(
            PagePaths.AccountExport, Path, ExportAsync,
            (visit, _) => ShowAsync(visit, AccountProblem.FormExpired, StatusCodes.Status400BadRequest));
        routes.MapPage(DeletePath, visit => Task.FromResult(
            visit.SignInAgainFor(DeletePath) ?? visit.Page<DeleteAccountPage>(QuestionFor(visit))));
        routes.MapForm(DeletePath, DeletePath, DeleteAsync, (visit, _) => Task.FromResult(visit.Page<DeleteAccountPage>(
            QuestionFor(visit) with { Problem = AccountProblem.FormExpired }, StatusCodes.Status400BadRequest)));
    }

    private static async Task<IResult> ShowAsync(AccountVisit visit, AccountProblem problem, int status) => visit.Page<DataPage>(
        new DataModel
        {
            Account = visit.Chip,
            Done = visit.Done,
            Problem = problem,
            IsAdmin = await visit.Get<OwnDeletion>().IsAdminAsync(visit.UserId, visit.Aborted),
        },
        status);

    private static async Task<IResult> ExportAsync(AccountVisit visit, PostedForm form)
    {
        // Back to the page, because a download leaves the page of the sign-in where it is.
        if (visit.SignInAgainFor(AccountVisit.AddressOf(Path, AccountDone.Proved)) is { } again) return again;
        var export = visit.Get<AccountExport>();
        if (await export.BeginAsync(visit.Person, visit.Aborted) is not { } account)
        {
            return PageAnswers.SeeOther(visit.Http, PagePaths.SignIn);
        }
        return Results.Stream(
            stream => export.WriteAsync(account, stream, visit.Aborted), AccountExport.MediaType, export.FileName);
    }

    private static async Task<IResult> DeleteAsync(AccountVisit visit, PostedForm form)
    {
        if (visit.SignInAgainFor(DeletePath) is { } again) return again;
        var typed = form["email"].Trim();
        if (EmailKey.Of(typed) != EmailKey.Of(visit.Session.Email))
        {
            return visit.Page<DeleteAccountPage>(
                QuestionFor(visit) with { Typed = typed, Wrong = true }, StatusCodes.Status422UnprocessableEntity);
        }

        switch (await visit.Get<OwnDeletion>().RequestAsync(visit.Person))
        {
            case DeletionResult.Requested(var deleteAfter):
                visit.Get<BrowserSessionCookie>().Delete(visit.Http);
                return PageAnswers.Page<AccountClosedPage>(visit.Http, new AccountClosedModel(visit.Session.Email, deleteAfter));
            case DeletionResult.IsAdmin:
                // The page says why not.
                return PageAnswers.SeeOther(visit.Http, Path);
            default:
                return PageAnswers.SeeOther(visit.Http, PagePaths.SignIn);
        }
    }

    private static DeleteAccountModel QuestionFor(AccountVisit visit) => new()
    {
        Account = visit.Chip,
        Email = visit.Session.Email,
        DeleteAfter = visit.Get<TimeProvider>().GetUtcNow().UtcDateTime + User.DeletionGrace,
    };
}
