using AuthServer.Accounts.Recovery;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Pages;
using AuthServer.Sessions;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.SignIn;
using AuthServer.Users.EmailAddresses;
using AuthServer.Users.Passkeys;
using AuthServer.Users.Providers;
using AuthServer.Users.SignIn;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Accounts.SignIn;

/// <summary>GET and POST /signin: e-mail address and password, then on to where the person wanted to go.</summary>
public static class SignInPages
{
    private const string Path = PagePaths.SignIn;

    public static void MapSignInPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, ShowAsync);
        routes.MapPost(Path, SignInAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
    }

    private static async Task<IResult> ShowAsync(HttpContext http, ClientDirectory clients)
    {
        var returnTo = ReturnAddress.ToAuthorization(http.Request.Query["returnUrl"]);
        var session = await http.GetBrowserSessionAsync();
        var switching = http.Request.Query["prompt"] == "switch";
        var choosing = switching || http.Request.Query["prompt"] == "select_account" || OtherAccount.IsWanted(http.Request);
        var again = http.Request.Query["prompt"] == "login";
        if (session is not null && !choosing && !again) return PageAnswers.SeeOther(http, returnTo?.Address ?? ReturnAddress.Home);

        if (session is null && !choosing && UpstreamButtons.IsAskedFor(http, returnTo))
        {
            return PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.SignInWith, returnTo));
        }

        var hint = returnTo?.LoginHint(http);
        var model = await NewModelAsync(http, clients, returnTo);
        return PageAnswers.Page<SignInPage>(http, model with
        {
            Email = model.Email ?? (EmailAddress.IsValid(hint) ? hint : null),
            Upstream = model.Upstream is { } ways ? ways with { Again = again } : null,
            Current = PageAnswers.Chip(session),
            Switching = switching && session is not null,
            Problem = again && http.Request.Query[SignInAgain.ByPasskey.Key] == SignInAgain.ByPasskey.Value
                ? SignInProblem.PasskeyWanted
                : SignInProblem.None,
            // prompt=login wants the password again (OpenID Connect Core 3.1.2.1).
            ContinueUrl = session is not null && !again ? returnTo?.Address ?? ReturnAddress.Home : null,
            CreateAccountUrl = session is null ? model.CreateAccountUrl : OtherAccount.Create(returnTo),
        });
    }

    private static async Task<IResult> SignInAsync(
        HttpContext http, IAntiforgery antiforgery, ClientDirectory clients, PasswordSignIn signIn, KnownDevice known,
        BrowserSignIn browserSignIn)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        var returnTo = ReturnAddress.ToAuthorization(form["returnUrl"]);
        var email = form["email"].Trim();
        var keep = form["keep"] == "true";
        var model = (await NewModelAsync(http, clients, returnTo)) with { Email = email.Length == 0 ? null : email, KeepSignedIn = keep };
        // A page of the time before SIGNIN_METHODS changed.
        if (!form.IsGenuine || !model.TakesPasswords) return await StaleAsync(http, form, model, returnTo);

        if (email.Length == 0 || form["password"].Length == 0)
        {
            return PageAnswers.Page<SignInPage>(
                http, model with { Problem = SignInProblem.Incomplete }, StatusCodes.Status422UnprocessableEntity);
        }

        var result = await signIn.SignInAsync(email, form["password"], Caller.Of(http), http.RequestAborted, known.Read(http, email));
        switch (result)
        {
            case SignInOutcome.SignedIn(var user):
                return await browserSignIn.GoOnAsync(http, user, keep, returnTo, able: form[PasskeyOffer.Field] == "true");
            case SignInOutcome.ToBeDeleted(var user, var at):
                return await KeepAccountPages.OfferAsync(http, user, at, returnTo);
            case SignInOutcome.TooManyTries(var wait):
                return PageAnswers.Page<SignInPage>(
                    http, model with { Problem = SignInProblem.TooManyTries, RetryAfter = wait }, StatusCodes.Status429TooManyRequests,
                        wait);
            case SignInOutcome.Busy(var wait):
                return PageAnswers.Page<SignInPage>(
                    http, model with { Problem = SignInProblem.Busy, RetryAfter = wait }, StatusCodes.Status503ServiceUnavailable, wait);
            default:
                // Not 401, which must name an HTTP authentication scheme (RFC 9110 section 15.5.2).
                return PageAnswers.Page<SignInPage>(
                    http, model with { Problem = SignInProblem.Wrong }, StatusCodes.Status422UnprocessableEntity);
        }
    }

    private static (string Label, string Email)? ConnectionOf(HttpContext http, ReturnAddress? returnTo) =>
        returnTo is { LeadsToConnection: true }
        && http.RequestServices.GetRequiredService<ConnectionCookie>().Read(http) is { } pending
        && http.RequestServices.GetRequiredService<UpstreamProviders>().Find(pending.Provider) is { } provider
            ? (provider.Label, pending.Email)
            : null;

    /// <summary>The form is not of this person in this browser: says why, with a fresh form.</summary>
    internal static async Task<IResult> StaleAsync(HttpContext http, PostedForm form, SignInModel model, ReturnAddress? returnTo)
    {
        var session = form.HasCookie ? await http.GetBrowserSessionAsync() : null;
        var shown = session is null
            ? model with { Problem = form.HasCookie ? SignInProblem.FormExpired : SignInProblem.NoCookies }
            : model with
            {
                Problem = SignInProblem.SignedInMeanwhile,
                Current = PageAnswers.Chip(session),
                ContinueUrl = returnTo?.Address ?? ReturnAddress.Home,
                CreateAccountUrl = OtherAccount.Create(returnTo),
            };
        return PageAnswers.Page<SignInPage>(http, shown, StatusCodes.Status400BadRequest);
    }

    internal static async Task<SignInModel> NewModelAsync(HttpContext http, ClientDirectory clients, ReturnAddress? returnTo)
    {
        var app = returnTo is null ? null : await returnTo.AppAsync(http, clients);
        return new()
        {
            TakesPasswords = http.RequestServices.GetRequiredService<SignInMethodOptions>().Password,
            OffersEmailCode = http.RequestServices.GetRequiredService<SignInMethodOptions>().Email,
            LastWay = http.RequestServices.GetRequiredService<LastWayCookie>().ReadOwn(http),
            Upstream = UpstreamButtons.Of(http),
            Connecting = ConnectionOf(http, returnTo)?.Label,
            Email = ConnectionOf(http, returnTo)?.Email,
            OffersPasskeys = http.RequestServices.GetRequiredService<PasskeyRules>().ArePossible,
            AppName = app?.Name,
            ReturnUrl = returnTo?.Address,
            MayCancel = app is not null && returnTo!.LeadsToRequest,
            CreateAccountUrl = ReturnAddress.With(PagePaths.CreateAccount, returnTo),
            ForgottenPasswordUrl = ForgottenPasswordPages.UrlFor(http, returnTo),
        };
    }
}
