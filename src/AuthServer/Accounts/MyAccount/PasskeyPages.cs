using System.Buffers.Text;
using System.Text;
using AuthServer.Accounts.Passkeys;
using AuthServer.Data.Entities;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.MyAccount;
using AuthServer.Ui.Accounts.MyAccount.Security;
using AuthServer.Users.Passkeys;
using AuthServer.Users.SecondFactors;

namespace AuthServer.Accounts.MyAccount;

/// <summary>/account/security/passkeys: a person makes, names and removes their passkeys.</summary>
internal static class PasskeyPages
{
    private const string New = PagePaths.AccountNewPasskey;
    private const string One = PagePaths.AccountPasskey;

    public static void MapPasskeyPages(this IEndpointRouteBuilder routes)
    {
        routes.MapPage(New, async visit =>
            await FirstAsync(visit) ?? NewPage(visit, AccountProblem.None, StatusCodes.Status200OK));
        routes.MapForm(PagePaths.AccountPasskeyQuestion, New, AskAsync, (_, _) =>
            Task.FromResult(Results.StatusCode(StatusCodes.Status400BadRequest)));
        routes.MapForm(PagePaths.AccountPasskeys, New, AddAsync, (visit, _) =>
            Task.FromResult(NewPage(visit, AccountProblem.FormExpired, StatusCodes.Status400BadRequest)));
        routes.MapPage(One, visit => OneAsync(visit, visit.Http.Request.Query["id"], AccountProblem.None, StatusCodes.Status200OK));
        routes.MapForm(PagePaths.AccountPasskeyName, PagePaths.AccountSecurity, RenameAsync, StaleAsync);
        routes.MapForm(PagePaths.AccountPasskeyRemoval, PagePaths.AccountSecurity, RemoveAsync, StaleAsync);
    }

    /// <summary>The card for the page about the ways in; null where this server can have no passkeys.</summary>
    public static async Task<PasskeysCardModel?> CardAsync(AccountVisit visit)
    {
        var rules = visit.Get<PasskeyRules>();
        if (!rules.ArePossible) return null;
        var passkeys = await visit.Get<PersonPasskeys>().ListAsync(visit.UserId, visit.Aborted);
        return new(
            [.. passkeys.Select(row => Of(visit, row))], rules.Domain,
            Base64Url.EncodeToString(Encoding.UTF8.GetBytes(visit.UserId.ToString())), visit.Chip);
    }

    /// <summary>What comes before a new passkey.</summary>
    private static async Task<IResult?> FirstAsync(AccountVisit visit) =>
        await visit.ProveAgainForAsync(New) ?? visit.ConfirmFirstFor(New);

    private static IResult NewPage(AccountVisit visit, AccountProblem problem, int status) =>
        visit.Get<PasskeyRules>().ArePossible
            ? visit.Page<NewPasskeyPage>(new NewPasskeyModel { Account = visit.Chip, Problem = problem }, status)
            : PageAnswers.SeeOther(visit.Http, PagePaths.AccountSecurity);

    private static async Task<IResult> AskAsync(AccountVisit visit, PostedForm form)
    {
        if (!visit.Get<PasskeyRules>().ArePossible || await FirstAsync(visit) is not null)
        {
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        }
        var question = await visit.Get<PersonPasskeys>()
            .AskAsync(visit.Http, form.Browser, visit.UserId, visit.Session.Email, visit.Session.Name);
        return PasskeyAnswers.Question(visit.Http, question);
    }

    private static async Task<IResult> AddAsync(AccountVisit visit, PostedForm form)
    {
        if (await FirstAsync(visit) is { } first) return first;
        var outcome = await visit.Get<PersonPasskeys>().AddAsync(
            visit.Http, form.Browser, form["state"], form["credential"], visit.UserId, visit.Session.Id, visit.Caller);
        if (outcome == PasskeyAddition.Added && PasskeyAnswers.IsOfThisDevice(form))
        {
            visit.Get<PasskeyOfferCookie>().Quiet(visit.Http, visit.UserId, PasskeyOfferCookie.HasPasskey);
        }

        if (outcome == PasskeyAddition.Added
            && await visit.Get<FirstCodes>().AddAsync(visit.UserId, visit.Caller, visit.Session.Id) is { } codes)
        {
            return CodesOnce.Show(
                visit.Http, codes, AccountVisit.AddressOf(PagePaths.AccountSecurity, AccountDone.PasskeyAdded));
        }

        return outcome switch
        {
            PasskeyAddition.Added => visit.GoTo(PagePaths.AccountSecurity, AccountDone.PasskeyAdded),
            PasskeyAddition.TooMany => NewPage(visit, AccountProblem.TooManyPasskeys, StatusCodes.Status422UnprocessableEntity),
            _ => NewPage(visit, AccountProblem.PasskeyRefused, StatusCodes.Status422UnprocessableEntity),
        };
    }

    private static async Task<IResult> RenameAsync(AccountVisit visit, PostedForm form)
    {
        var name = form["name"].Trim();
        if (name.Length is 0 or > PasskeyRules.MostNameLength)
        {
            return await OneAsync(visit, form["id"], AccountProblem.None, StatusCodes.Status422UnprocessableEntity, name);
        }
        return Guid.TryParseExact(form["id"], "D", out var id)
            && await visit.Get<PersonPasskeys>().RenameAsync(visit.UserId, id, name, visit.Aborted)
            ? visit.GoTo(PagePaths.AccountSecurity, AccountDone.Saved)
            : PageAnswers.SeeOther(visit.Http, PagePaths.AccountSecurity);
    }

    private static async Task<IResult> RemoveAsync(AccountVisit visit, PostedForm form)
    {
        if (!Guid.TryParseExact(form["id"], "D", out var id)) return PageAnswers.SeeOther(visit.Http, PagePaths.AccountSecurity);
        if (await visit.ProveAgainForAsync(PagePaths.AccountSecurity) is { } again) return again;
        return await visit.Get<PersonPasskeys>().RemoveAsync(visit.UserId, id, visit.Session.Id, visit.Caller, visit.Aborted) switch
        {
            PasskeyRemoval.Removed => visit.GoTo(PagePaths.AccountSecurity, AccountDone.PasskeyRemoved),
            PasskeyRemoval.LastWayIn => await OneAsync(
                visit, form["id"], visit.LastWayIn, StatusCodes.Status422UnprocessableEntity),
            // Removed in another tab, or of another person, which is the same here.
            _ => PageAnswers.SeeOther(visit.Http, PagePaths.AccountSecurity),
        };
    }

    private static Task<IResult> StaleAsync(AccountVisit visit, PostedForm form) =>
        OneAsync(visit, form["id"], AccountProblem.FormExpired, StatusCodes.Status400BadRequest);

    /// <param name="wrongName">A name that was typed and is none.</param>
    private static async Task<IResult> OneAsync(
        AccountVisit visit, string? id, AccountProblem problem, int status, string? wrongName = null)
    {
        var passkeys = await visit.Get<PersonPasskeys>().ListAsync(visit.UserId, visit.Aborted);
        if (passkeys.FirstOrDefault(p => p.Id.ToString("D") == id) is not { } passkey)
        {
            return PageAnswers.SeeOther(visit.Http, PagePaths.AccountSecurity);
        }
        var model = new PasskeyPageModel
        {
            Account = visit.Chip, Problem = problem, Passkey = Of(visit, passkey), Typed = wrongName, NameIsWrong = wrongName is not null,
        };
        return visit.Page<PasskeyPage>(model, status);
    }

    private static PasskeyModel Of(AccountVisit visit, Passkey row)
    {
        var providers = visit.Get<PasskeyProviders>();
        return new(
            row.Id, row.Name, providers.NameOf(row.Aaguid), row.IsBackupEligible, row.CreatedAt, row.LastUsedAt,
            Base64Url.EncodeToString(row.CredentialId), PasskeyProviders.ShapeOf(row), providers.IconOf(row.Aaguid));
    }
}
