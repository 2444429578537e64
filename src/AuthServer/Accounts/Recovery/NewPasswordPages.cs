using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Data.Entities;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.Recovery;
using AuthServer.Users.Proofs;
using AuthServer.Users.Recovery;
using AuthServer.Users.SignIn;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Shown = AuthServer.Ui.Accounts.Registration.CreateAccountProblem;

namespace AuthServer.Accounts.Recovery;

/// <summary>
/// GET /password/reset: the link of the mail asks for a new password, and uses nothing up, because programs follow links too. POST sets it.
/// </summary>
public static class NewPasswordPages
{
    public static void MapNewPasswordPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(PagePaths.ResetPassword, ShowAsync);
        routes.MapPost(PagePaths.ResetPassword, SetAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
    }

    /// <summary>The page after the right code.</summary>
    internal static async Task<IResult> AskAsync(HttpContext http, ReturnAddress? returnTo, AccountProof proof)
    {
        var services = http.RequestServices;
        var model = await services.GetRequiredService<NewPasswordModels>().NewAsync(proof, returnTo, http.RequestAborted);
        var passed = services.GetRequiredService<ProofTickets>().SealPassed(proof.Id);
        return PageAnswers.Page<NewPasswordPage>(http, model with { Passed = passed });
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http, PasswordReset reset, NewPasswordModels models, ResetReturnCookie cookie)
    {
        string? token = http.Request.Query["token"];
        var returnTo = cookie.Read(http, token);
        return await reset.FindAsync(token, http.RequestAborted) is { } proof
            ? PageAnswers.Page<NewPasswordPage>(http, await models.NewAsync(proof, returnTo, http.RequestAborted) with { Token = token })
            : Ended(http, returnTo);
    }

    private static async Task<IResult> SetAsync(
        HttpContext http, IAntiforgery antiforgery, ClientDirectory clients, PasswordReset reset, ProofTickets tickets,
        NewPasswordModels models, KnownDevice known)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        var returnTo = ReturnAddress.ToAuthorization(form["returnUrl"]);
        if (await FindAsync(form, reset, tickets, http.RequestAborted) is not { } proof) return Ended(http, returnTo);
        var removeAdded = form["remove"] == "true";
        if (!form.IsGenuine)
        {
            return await AgainAsync(StatusCodes.Status400BadRequest, [form.HasCookie ? Shown.FormExpired : Shown.NoCookies]);
        }

        var app = returnTo is null ? null : (await returnTo.AppAsync(http, clients))?.Name;
        var result = await reset.SetAsync(proof, form["password"], Caller.Of(http), http.RequestAborted, app, removeAdded);
        if (result is ResetResult.Done(var before, var now)) known.StayKnown(http, before, now);
        return result switch
        {
            ResetResult.Done => PageAnswers.Page<PasswordSetPage>(
                http, new PasswordSetModel { SignInUrl = ReturnAddress.With(PagePaths.SignIn, returnTo) }),
            ResetResult.Refused(var problems) =>
                await AgainAsync(StatusCodes.Status422UnprocessableEntity, [.. problems.Select(PasswordProblems.Of).Distinct()]),
            ResetResult.Busy(var wait) => await AgainAsync(StatusCodes.Status503ServiceUnavailable, [Shown.Busy], wait),
            ResetResult.Ended => Ended(http, returnTo),
            var other => throw new InvalidOperationException($"Unknown result {other}"),
        };

        async Task<IResult> AgainAsync(int status, Shown[] problems, TimeSpan? wait = null) => PageAnswers.Page<NewPasswordPage>(
            http, await models.NewAsync(proof, returnTo, http.RequestAborted) with
            {
                RemovesAdded = removeAdded,
                Token = form["token"] is { Length: > 0 } token ? token : null,
                Passed = form["passed"] is { Length: > 0 } passed ? passed : null,
                Problems = problems,
                RetryAfter = wait,
            }, status, wait);
    }

    private static IResult Ended(HttpContext http, ReturnAddress? returnTo) =>
        LinkEnded.Answer(http, PagePaths.ForgottenPassword, returnTo);

    /// <summary>The proof that the form of the page carries.</summary>
    internal static Task<AccountProof?> FindAsync(
        PostedForm form, PasswordReset reset, ProofTickets tickets, CancellationToken cancellationToken) =>
        tickets.OpenPassed(form["passed"]) is { } proofId
            ? reset.FindAsync(proofId, cancellationToken)
            : reset.FindAsync(form["token"], cancellationToken);
}
