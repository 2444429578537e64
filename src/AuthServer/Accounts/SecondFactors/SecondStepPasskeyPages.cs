using AuthServer.Accounts.Passkeys;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.SecondFactors;
using AuthServer.Users.Passkeys;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Accounts.SecondFactors;

/// <summary>
/// POST /signin/second-factor/passkey/question and /signin/second-factor/passkey: a passkey of the same account in the place of the code.
/// </summary>
internal static class SecondStepPasskeyPages
{
    public static void MapSecondStepPasskey(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(PagePaths.SecondFactorQuestion, AskAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
        routes.MapPost(PagePaths.SecondFactorPasskey, ProveAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
    }

    private static async Task<IResult> AskAsync(
        HttpContext http, IAntiforgery antiforgery, SecondStepPeople people, PasskeyRules rules, PasskeySignIn passkeys)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        return form.IsGenuine && rules.ArePossible && await people.OfFormAsync(http, form["step"]) is { } person
            ? PasskeyAnswers.Question(http, await passkeys.AskAsync(http, form.Browser, person.User))
            : Results.StatusCode(StatusCodes.Status403Forbidden);
    }

    private static async Task<IResult> ProveAsync(
        HttpContext http, IAntiforgery antiforgery, ClientDirectory clients, SecondStepPeople people, PasskeySignIn passkeys)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        var returnTo = ReturnAddress.ToAuthorization(form["returnUrl"]);
        if (await people.OfFormAsync(http, form["step"]) is not { } person)
        {
            return PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.SignIn, returnTo));
        }

        if (person.HasGivenCode) return PageAnswers.SeeOther(http, returnTo?.Address ?? ReturnAddress.Home);
        if (!form.IsGenuine) return await AgainAsync(SecondStepProblem.FormExpired, StatusCodes.Status400BadRequest);
        var proof = await passkeys.ProveAsync(
            http, form.Browser, person.User, form["state"], form["credential"], Caller.Of(http));
        if (proof is null) return await AgainAsync(SecondStepProblem.PasskeyRefused, StatusCodes.Status422UnprocessableEntity);
        // No passkey is offered to whoever has used one.
        return await people.TryFinishAsync(http, person, proof.Amr)
            ? PageAnswers.GoOn(http, returnTo?.Address ?? ReturnAddress.Home)
            : PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.SignIn, returnTo));

        async Task<IResult> AgainAsync(SecondStepProblem problem, int status) => PageAnswers.Page<SecondStepPage>(
            http,
            await SecondStepPages.NewModelAsync(http, clients, person, returnTo, recovery: false) with { Problem = problem }, status);
    }
}
