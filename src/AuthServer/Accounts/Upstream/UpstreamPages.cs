using AuthServer.Accounts.Registration;
using AuthServer.Accounts.SignIn;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Data.Entities;
using AuthServer.Pages;
using AuthServer.RateLimits;
using AuthServer.Sessions;
using AuthServer.Telemetry;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.Upstream;
using AuthServer.Users.Providers;
using AuthServer.Users.SecondFactors;
using AuthServer.Users.SignIn;
using AuthServer.Users.Upstream;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Accounts.Upstream;

/// <summary>POST /signin/with sends a person to another provider, which sends them back to /signin/with/{provider}.</summary>
internal static class UpstreamPages
{
    private const string ReturnPath = PagePaths.SignInWith + "/{provider}";

    // Of an authorization response (RFC 6749 section 4.1.2, RFC 9207). Apple adds the person's name, which belongs in no address.
    private static readonly string[] ResponseParameters = ["code", "state", "iss", "error"];

    // The time of the proof has whole seconds, and the clock of a provider may be a little behind.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    public static void MapUpstreamPages(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(PagePaths.SignInWith, StartAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
        routes.MapGet(PagePaths.SignInWith, StartForAppAsync);
        routes.MapGet(ReturnPath, ReturnAsync);
        routes.MapPost(ReturnPath, ReturnByFormAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
    }

    /// <summary>
    /// Sends the browser to a provider, by a page that goes on: the CSP directive form-action binds redirects after a form.
    /// </summary>
    internal static async Task<IResult> SendAsync(HttpContext http, UpstreamProvider provider, UpstreamErrand errand)
    {
        var caller = Caller.Of(http);
        if (await http.RequestServices.GetRequiredService<UpstreamThrottle>().TakeAsync(caller.Address) is { } wait)
        {
            http.RequestServices.GetRequiredService<AuthMeter>().RateLimited("upstream");
            http.RequestServices.GetRequiredService<Refusals>().Record(RefusalKinds.SignInThrottled, caller);
            return UpstreamFailure.Page(http, provider, UpstreamProblem.TooManyTries, errand, wait);
        }

        var exchange = http.RequestServices.GetRequiredService<UpstreamExchange>();
        return await exchange.BeginAsync(http, provider, errand) is { } address
            ? PageAnswers.GoOn(http, address)
            : UpstreamFailure.Page(http, provider, UpstreamProblem.Unavailable, errand);
    }

    private static async Task<IResult> StartAsync(
        HttpContext http, IAntiforgery antiforgery, ClientDirectory clients, UpstreamProviders providers, TimeProvider time)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        var returnTo = ReturnAddress.ToAuthorization(form["returnUrl"]);
        if (!form.IsGenuine)
        {
            return await SignInPages.StaleAsync(http, form, await SignInPages.NewModelAsync(http, clients, returnTo), returnTo);
        }

        return providers.Find(form["provider"]) is { } provider
            ? await SendAsync(http, provider, ErrandOf(http, returnTo, form["again"] == "true", asked: true, time))
            : PageAnswers.SeeOther(http, OtherAccount.Choose(returnTo));
    }

    // Any page of the web can lead here. So it replaces no session and makes no account: for that the person presses a button.
    private static async Task<IResult> StartForAppAsync(HttpContext http, TimeProvider time)
    {
        var returnTo = ReturnAddress.ToAuthorization(http.Request.Query["returnUrl"]);
        if (await http.GetBrowserSessionAsync() is not null)
        {
            return PageAnswers.SeeOther(http, returnTo?.Address ?? ReturnAddress.Home);
        }

        return UpstreamButtons.AskedFor(http, returnTo) is { } provider
            ? await SendAsync(http, provider, ErrandOf(http, returnTo, again: false, asked: false, time))
            : PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.SignIn, returnTo));
    }

    // OpenID Connect Core 3.1.2.1: prompt=login wants the person to prove anew who they are, and not only to have done so there once.
    private static UpstreamErrand ErrandOf(
        HttpContext http, ReturnAddress? returnTo, bool again, bool asked, TimeProvider time) => new(
        returnTo?.Address, again || returnTo?.Asked(http, "prompt")?.Split(' ').Contains("login") == true, asked, Connects: null,
        time.GetUtcNow().UtcDateTime);

    /// <summary>
    /// A form of another site comes without the cookies of this one; the address that it is turned into comes with them.
    /// </summary>
    private static async Task<IResult> ReturnByFormAsync(HttpContext http, string provider, UpstreamProviders providers)
    {
        if (providers.Find(provider) is not { } known || !http.Request.HasFormContentType) return Results.NotFound();
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var query = ResponseParameters.Where(form.ContainsKey).Select(name => KeyValuePair.Create(name, (string?)form[name].ToString()));
        return PageAnswers.SeeOther(http, PagePaths.SignInWith + "/" + known.Name + QueryString.Create(query).ToUriComponent());
    }

    private static async Task<IResult> ReturnAsync(
        HttpContext http, string provider, UpstreamProviders providers, UpstreamExchange exchange, UpstreamSignIn signIn,
        TimeProvider time)
    {
        if (providers.Find(provider) is not { } known) return Results.NotFound();
        var answer = await exchange.CompleteAsync(http, known);
        return answer switch
        {
            UpstreamAnswer.Proved { Errand.Connects: { } account } proved => await ConnectPages.FinishAsync(http, proved.Identity, account),
            UpstreamAnswer.Proved proved => await SignInAsync(http, proved.Identity, proved.Errand!, signIn, time),
            UpstreamAnswer.Cancelled => UpstreamFailure.Page(http, known, UpstreamProblem.Cancelled, answer.Errand),
            UpstreamAnswer.Unavailable => UpstreamFailure.Page(http, known, UpstreamProblem.Unavailable, answer.Errand),
            UpstreamAnswer.Refused => UpstreamFailure.Refused(http, known, UpstreamProblem.Refused, answer.Errand),
            _ => UpstreamFailure.Refused(http, known, UpstreamProblem.Ended, answer.Errand),
        };
    }

    private static async Task<IResult> SignInAsync(
        HttpContext http, UpstreamIdentity identity, UpstreamErrand errand, UpstreamSignIn signIn, TimeProvider time)
    {
        var returnTo = ReturnAddress.ToAuthorization(errand.ReturnUrl);
        var at = ProvedAt(identity, errand, time);
        if (!errand.Asked && await http.GetBrowserSessionAsync() is not null)
        {
            return PageAnswers.SeeOther(http, returnTo?.Address ?? ReturnAddress.Home);
        }

        if (errand.Again && at < errand.At) return UpstreamFailure.Page(http, identity.Provider, UpstreamProblem.NotRecent, errand);
        switch (await signIn.SignInAsync(identity, errand.Asked, Caller.Of(http), http.RequestAborted))
        {
            case UpstreamOutcome.SignedIn(var user, var isNew):
                return await OpenAsync(http, identity, user, isNew, at, returnTo);
            case UpstreamOutcome.ToBeDeleted(var user, var end):
                return await KeepAccountPages.OfferAsync(http, user, end, returnTo);
            case UpstreamOutcome.AddressTaken(var email):
                http.RequestServices.GetRequiredService<ConnectionCookie>().Write(http, identity, email);
                return PageAnswers.SeeOther(http, ConnectPages.SignInFirst(returnTo));
            case UpstreamOutcome.NotAsked:
                return PageAnswers.SeeOther(http, OtherAccount.Choose(returnTo));
            case UpstreamOutcome.TooManyTries(var wait):
                return UpstreamFailure.Page(http, identity.Provider, UpstreamProblem.TooManyTries, errand, wait);
            case var outcome:
                return UpstreamFailure.Page(http, identity.Provider, ProblemOf(outcome), errand);
        }
    }

    private static async Task<IResult> OpenAsync(
        HttpContext http, UpstreamIdentity identity, User user, bool isNew, DateTime at, ReturnAddress? returnTo)
    {
        var browserSignIn = http.RequestServices.GetRequiredService<BrowserSignIn>();
        var first = isNew && !user.EmailConfirmed
            ? await http.RequestServices.GetRequiredService<NewAddress>().AskAsync(http, user, returnTo)
            : null;
        if (!identity.HasSecondFactor)
        {
            return await browserSignIn.GoOnAsync(
                http, user, keep: false, returnTo, first, new FirstFactor(AuthenticationMethods.Federated, at, identity.Provider.Name));
        }

        await browserSignIn.OpenAsync(
            http, user, [AuthenticationMethods.Federated, AuthenticationMethods.SeveralFactors], AuthenticationContext.SecondFactor,
            keep: false, at, identity.Provider.Name);
        return PageAnswers.GoOn(http, first ?? returnTo?.Address ?? ReturnAddress.Home);
    }

    private static UpstreamProblem ProblemOf(UpstreamOutcome outcome) => outcome switch
    {
        UpstreamOutcome.Disabled => UpstreamProblem.Disabled,
        UpstreamOutcome.NoAddress => UpstreamProblem.NoAddress,
        UpstreamOutcome.NotProven => UpstreamProblem.NotProven,
        UpstreamOutcome.NoAccount => UpstreamProblem.NoAccount,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    /// <summary>When the person proved who they are, as far as it is known: a person may have signed in there days ago.</summary>
    private static DateTime ProvedAt(UpstreamIdentity identity, UpstreamErrand errand, TimeProvider time)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return identity.AuthTime switch
        {
            { } at when errand.Again && at >= errand.At - Skew => now,
            { } at => at,
            null => identity.Provider.AssumeRecent ? now : now - RecentSignIn.MaxAge,
        };
    }
}
