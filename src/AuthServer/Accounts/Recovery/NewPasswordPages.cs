using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Data.Entities;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.Recovery;
using AuthServer.Users.Passwords;
using AuthServer.Users.Proofs;
using AuthServer.Users.Recovery;
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
    internal static IResult Ask(HttpContext http, PasswordPolicy policy, ReturnAddress? returnTo, string email, string passed) =>
        PageAnswers.Page<NewPasswordPage>(http, NewModel(policy, returnTo, email) with { Passed = passed });

    private static async Task<IResult> ShowAsync(HttpContext http, PasswordReset reset, PasswordPolicy policy, ResetReturnCookie cookie)
    {
        string? token = http.Request.Query["token"];
        var returnTo = cookie.Read(http, token);
        return await reset.FindAsync(token, http.RequestAborted) is { } proof
            ? PageAnswers.Page<NewPasswordPage>(http, NewModel(policy, returnTo, proof.Email) with { Token = token })
            : Ended(http, returnTo);
    }

    private static async Task<IResult> SetAsync(
        HttpContext http, IAntiforgery antiforgery, ClientDirectory clients, PasswordReset reset, ProofTickets tickets,
        PasswordPolicy policy)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        var returnTo = ReturnAddress.ToAuthorization(form["returnUrl"]);
        if (await FindAsync(form, reset, tickets, http.RequestAborted) is not { } proof) return Ended(http, returnTo);
        if (!form.IsGenuine) return Again(StatusCodes.Status400BadRequest, [form.HasCookie ? Shown.FormExpired : Shown.NoCookies]);

        var app = returnTo is null ? null : (await returnTo.AppAsync(http, clients))?.Name;
        return await reset.SetAsync(proof, form["password"], Caller.Of(http), http.RequestAborted, app) switch
        {
            ResetResult.Done => PageAnswers.Page<PasswordSetPage>(
                http, new PasswordSetModel { SignInUrl = ReturnAddress.With(PagePaths.SignIn, returnTo) }),
            ResetResult.Refused(var problems) =>
                Again(StatusCodes.Status422UnprocessableEntity, [.. problems.Select(PasswordProblems.Of).Distinct()]),
            ResetResult.Busy(var wait) => Again(StatusCodes.Status503ServiceUnavailable, [Shown.Busy], wait),
            ResetResult.Ended => Ended(http, returnTo),
            var other => throw new InvalidOperationException($"Unknown result {other}"),
        };

        IResult Again(int status, Shown[] problems, TimeSpan? wait = null) => PageAnswers.Page<NewPasswordPage>(
            http, NewModel(policy, returnTo, proof.Email) with
            {
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

    private static NewPasswordModel NewModel(PasswordPolicy policy, ReturnAddress? returnTo, string email) => new()
    {
        Email = email,
        ReturnUrl = returnTo?.Address,
        PasswordRules = new(PasswordPolicy.MinimumLength, policy.Complexity),
    };
}
