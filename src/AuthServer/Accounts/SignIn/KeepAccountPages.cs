using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Data.Entities;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.SecondFactors;
using AuthServer.Ui.Accounts.SignIn;
using AuthServer.Users.MyAccount;
using AuthServer.Users.SecondFactors;
using AuthServer.Users.SignIn;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Accounts.SignIn;

/// <summary>
/// POST /signin/keep: keeps an account that was to be deleted. A right sign-in has led to the page with the form, which asks for the second
/// step that this sign-in would have had.
/// </summary>
internal static class KeepAccountPages
{
    public static void MapKeepAccountPages(this IEndpointRouteBuilder routes) => routes.MapPost(PagePaths.KeepAccount, async http =>
    {
        var form = await PostedForm.ReadAsync(http, http.RequestServices.GetRequiredService<IAntiforgery>());
        await (await KeepAsync(http, form)).ExecuteAsync(http);
    }).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));

    /// <summary>The page that offers it.</summary>
    /// <param name="complete">Whether the sign-in was one by passkey, which no second step follows.</param>
    public static async Task<IResult> OfferAsync(HttpContext http, User user, DateTime at, ReturnAddress? returnTo, bool complete = false)
    {
        var ticket = http.RequestServices.GetRequiredService<KeepTickets>().Seal(user, complete);
        var need = complete ? KeepNeed.Nothing : await NeedOfAsync(http, user);
        return PageAnswers.Page<KeepAccountPage>(http, NewModel(user, at, ticket, returnTo) with
        {
            Need = need, TakesRecoveryCode = await TakesRecoveryCodeAsync(http, user, need),
        });
    }

    /// <summary>The person then signs in like everybody, with every step that a sign-in has: keeping opens no session.</summary>
    private static async Task<IResult> KeepAsync(HttpContext http, PostedForm form)
    {
        var returnTo = ReturnAddress.ToAuthorization(form["returnUrl"]);
        var ticket = form.IsGenuine ? http.RequestServices.GetRequiredService<KeepTickets>().Open(form["ticket"]) : null;
        var model = await SignInPages.NewModelAsync(http, http.RequestServices.GetRequiredService<ClientDirectory>(), returnTo);
        if (ticket is null)
        {
            return PageAnswers.Page<SignInPage>(
                http, model with { Problem = SignInProblem.FormExpired }, StatusCodes.Status400BadRequest);
        }

        var user = await http.RequestServices.GetRequiredService<AccountLookup>().FindAsync(ticket.UserId, http.RequestAborted);
        // Sent twice, or kept in another tab: the account stays either way.
        if (user is { DeleteAfter: { } at } && user.SecurityStamp == ticket.Stamp)
        {
            if (!ticket.Complete && await MissingAsync(http, form, user, NewModel(user, at, form["ticket"], returnTo)) is { } missing)
            {
                return missing;
            }

            await http.RequestServices.GetRequiredService<OwnDeletion>().KeepAsync(ticket.UserId, ticket.Stamp, Caller.Of(http));
        }

        return PageAnswers.Page<SignInPage>(
            http, model with { Email = ticket.Email, Problem = SignInProblem.AccountKept });
    }

    /// <summary>Otherwise a stolen password alone could undo what the owner has decided.</summary>
    /// <returns>The page again; null when the second step is done, or none is needed.</returns>
    private static async Task<IResult?> MissingAsync(HttpContext http, PostedForm form, User user, KeepAccountModel model)
    {
        var need = await NeedOfAsync(http, user);
        if (need == KeepNeed.Nothing) return null;
        model = model with { Need = need, TakesRecoveryCode = await TakesRecoveryCodeAsync(http, user, need) };
        if (need == KeepNeed.Passkey && !model.TakesRecoveryCode) return Again(SecondStepProblem.None);
        if (form["code"].Trim().Length == 0) return Again(SecondStepProblem.Missing);
        var services = http.RequestServices;
        var device = services.GetRequiredService<KnownDevice>().Read(http, user);
        return await services.GetRequiredService<SecondFactorCheck>()
            .JudgeAsync(user, form["code"], Caller.Of(http), device, http.RequestAborted) switch
        {
            SecondFactorOutcome.Right => null,
            SecondFactorOutcome.TooManyTries(var wait) =>
                Again(SecondStepProblem.TooManyTries, StatusCodes.Status429TooManyRequests, wait),
            _ => Again(SecondStepProblem.Wrong),
        };

        IResult Again(SecondStepProblem problem, int status = StatusCodes.Status422UnprocessableEntity, TimeSpan? wait = null) =>
            PageAnswers.Page<KeepAccountPage>(http, model with { Problem = problem, RetryAfter = wait }, status, wait);
    }

    // For whoever has lost the passkey.
    private static async Task<bool> TakesRecoveryCodeAsync(HttpContext http, User user, KeepNeed need) =>
        need == KeepNeed.Passkey
        && await http.RequestServices.GetRequiredService<RecoveryCodes>().LeftAsync(user.Id, http.RequestAborted) > 0;

    private static async Task<KeepNeed> NeedOfAsync(HttpContext http, User user) =>
        await http.RequestServices.GetRequiredService<SecondFactorRequirement>().OfAsync(user, demanded: false, http.RequestAborted) switch
        {
            SecondStep.Code => KeepNeed.Code,
            SecondStep.Passkey => KeepNeed.Passkey,
            _ => KeepNeed.Nothing,
        };

    private static KeepAccountModel NewModel(User user, DateTime at, string ticket, ReturnAddress? returnTo) =>
        new(user.Email!, at, ticket, returnTo?.Address) { SignInUrl = ReturnAddress.With(PagePaths.SignIn, returnTo) };
}
