using AuthServer.Accounts.Recovery;
using AuthServer.Accounts.SignIn;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Pages;
using AuthServer.RateLimits;
using AuthServer.Sessions;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.Registration;
using AuthServer.Users.EmailAddresses;
using AuthServer.Users.Passwords;
using AuthServer.Users.Proofs;
using AuthServer.Users.Recovery;
using AuthServer.Users.Registration;
using AuthServer.Users.SignIn;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Shown = AuthServer.Ui.Accounts.Registration.CreateAccountProblem;

namespace AuthServer.Accounts.Registration;

/// <summary>GET and POST /signup: a new account, signed in at once.</summary>
public static class RegistrationPages
{
    private const string Path = PagePaths.CreateAccount;
    private const string PasswordPath = PagePaths.JudgePassword;

    public static void MapRegistrationPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, ShowAsync);
        routes.MapPost(Path, RegisterAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
        routes.MapPost(PasswordPath, JudgePasswordAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
    }

    // Initiating User Registration via OpenID Connect 1.0.
    private static bool Asks(HttpContext http, ReturnAddress? returnTo) =>
        returnTo?.Asked(http, "prompt")?.Split(' ').Contains("create") == true;

    private static async Task<IResult> ShowAsync(HttpContext http, ClientDirectory clients, PasswordPolicy policy)
    {
        var returnTo = ReturnAddress.ToAuthorization(http.Request.Query["returnUrl"]);
        // An account more is made for a person who is signed in only where they, or the app, ask for it.
        var wanted = OtherAccount.IsWanted(http.Request) || Asks(http, returnTo);
        if (!wanted && await http.GetBrowserSessionAsync() is not null)
        {
            return PageAnswers.SeeOther(http, returnTo?.Address ?? ReturnAddress.Home);
        }

        var hint = returnTo?.LoginHint(http);
        var model = await NewModelAsync(http, clients, policy, returnTo);
        return PageAnswers.Page<CreateAccountPage>(http, model with { Email = EmailAddress.IsValid(hint) ? hint : null });
    }

    private static async Task<IResult> RegisterAsync(
        HttpContext http, IAntiforgery antiforgery, ClientDirectory clients, PasswordPolicy policy, AccountRegistration registration,
        BrowserSignIn browserSignIn, NewAddress confirm)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        var returnTo = ReturnAddress.ToAuthorization(form["returnUrl"]);
        var model = (await NewModelAsync(http, clients, policy, returnTo)) with
        {
            Email = form["email"].Trim(),
            FirstName = form["first_name"],
            LastName = form["last_name"],
        };
        if (!form.IsGenuine)
        {
            // Signed in since the page was opened, in another tab or by this very form: the person chooses how to go on.
            return form.HasCookie && await http.GetBrowserSessionAsync() is not null
                ? PageAnswers.SeeOther(http, OtherAccount.Choose(returnTo))
                : Again(http, model, StatusCodes.Status400BadRequest, [form.HasCookie ? Shown.FormExpired : Shown.NoCookies]);
        }

        var account = new NewAccount(form["email"], form["password"], form["first_name"], form["last_name"], model.AppName)
        {
            ByPasskey = form["by"] == "passkey" && model.OffersPasskey,
        };
        switch (await registration.RegisterAsync(account, Caller.Of(http), http.RequestAborted))
        {
            case RegistrationResult.Created(var user):
                // The page is not in this answer: its form would be that of nobody.
                return await browserSignIn.GoOnAsync(http, user, keep: false, returnTo, await confirm.AskAsync(http, user, returnTo));
            case RegistrationResult.MailSent(var asked):
                return ConfirmAccountPages.Ask(http, asked, returnTo);
            case RegistrationResult.EmailTaken:
                return Again(http, model, StatusCodes.Status409Conflict, [Shown.EmailTaken]);
            case RegistrationResult.TooManyTries(var wait):
                return Again(http, model, StatusCodes.Status429TooManyRequests, [Shown.TooManyTries], wait);
            case RegistrationResult.Busy(var wait):
                return Again(http, model, StatusCodes.Status503ServiceUnavailable, [Shown.Busy], wait);
            case RegistrationResult.Refused(var problems, var passwordProblems):
                Shown[] shown = [.. problems.Select(Of), .. passwordProblems.Select(PasswordProblems.Of)];
                return Again(http, model, StatusCodes.Status422UnprocessableEntity, [.. shown.Distinct()]);
            case var other:
                throw new InvalidOperationException($"Unknown result {other}");
        }
    }

    /// <summary>
    /// For the page's script while a person types: 204, or the reason why the password is refused, by the same policy as the form.
    /// </summary>
    private static async Task<IResult> JudgePasswordAsync(
        HttpContext http, IAntiforgery antiforgery, ClientDirectory clients, PasswordPolicy policy, RegistrationThrottle throttle,
        PasswordReset reset, PendingAccounts pending, ProofTickets tickets)
    {
        http.Response.Headers.CacheControl = "no-store";
        var form = await PostedForm.ReadAsync(http, antiforgery);
        if (!form.IsGenuine) return Results.StatusCode(StatusCodes.Status400BadRequest);
        // The page stays usable without the hint.
        if (await throttle.TakeHintAsync(Caller.Of(http).Address) is not null)
        {
            return Results.StatusCode(StatusCodes.Status429TooManyRequests);
        }
        var app = ReturnAddress.ToAuthorization(form["returnUrl"]) is { } returnTo ? (await returnTo.AppAsync(http, clients))?.Name : null;
        // The pages after a mail show no names: they are those of the account behind its proof.
        var problems = await NewPasswordPages.FindAsync(form, reset, tickets, http.RequestAborted) is { } proof
            ? await reset.JudgeAsync(proof, form["password"], app, http.RequestAborted)
            : await pending.FindAsync(form["token"], http.RequestAborted) is { } asked ? pending.Judge(asked, form["password"])
            : policy.Judge(form["password"], new(form["email"].Trim(), form["first_name"], form["last_name"], app));
        var reasons = problems.Select(PasswordProblems.Of).Select(CreateAccountTexts.WhyRefused);
        return reasons.FirstOrDefault(text => text is not null) is { } why ? Results.Text(why) : Results.NoContent();
    }

    private static IResult Again(HttpContext http, CreateAccountModel model, int status, Shown[] problems, TimeSpan? wait = null) =>
        PageAnswers.Page<CreateAccountPage>(http, model with { Problems = problems, RetryAfter = wait }, status, wait);

    private static async Task<CreateAccountModel> NewModelAsync(
        HttpContext http, ClientDirectory clients, PasswordPolicy policy, ReturnAddress? returnTo) => new()
    {
        OffersPasskey = http.RequestServices.GetRequiredService<PendingAccounts>().MayBeginWithPasskey,
        AppName = returnTo is null ? null : (await returnTo.AppAsync(http, clients))?.Name,
        ReturnUrl = returnTo?.Address,
        SignInUrl = ReturnAddress.With(PagePaths.SignIn, returnTo),
        Upstream = UpstreamButtons.OfNewPeople(http),
        PasswordRules = http.RequestServices.GetRequiredService<SignInMethodOptions>().Password
            ? new(PasswordPolicy.MinimumLength, policy.Complexity)
            : null,
    };

    private static Shown Of(RegistrationProblem problem) => problem switch
    {
        RegistrationProblem.EmailMissing => Shown.EmailMissing,
        RegistrationProblem.EmailInvalid => Shown.EmailInvalid,
        _ => Shown.NameTooLong,
    };
}
