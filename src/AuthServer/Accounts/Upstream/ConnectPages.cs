using AuthServer.Audit;
using AuthServer.Pages;
using AuthServer.Sessions;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.Upstream;
using AuthServer.Users.Providers;
using AuthServer.Users.SignIn;
using AuthServer.Users.Upstream;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Accounts.Upstream;

/// <summary>
/// GET and POST /signin/connect: a person who has proved a sign-in of another provider, and then that the account is theirs, connects the
/// two.
/// </summary>
internal static class ConnectPages
{
    private const string Path = PagePaths.ConnectSignIn;

    public static void MapConnectPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, ShowAsync);
        routes.MapPost(Path, DecideAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
    }

    /// <summary>The sign-in page, which leads here and then on.</summary>
    public static string SignInFirst(ReturnAddress? returnTo) => OtherAccount.Choose(Here(returnTo));

    private static ReturnAddress? Here(ReturnAddress? returnTo) => ReturnAddress.ToAuthorization(
        ReturnAddress.With(Path, returnTo ?? ReturnAddress.ToAuthorization(ReturnAddress.Home)));

    /// <summary>Connects the sign-in with the account of the person who went to the provider for it.</summary>
    /// <remarks>
    /// Whoever stays there for long, or whose address counts as unconfirmed since, comes back to the question, which asks for both first.
    /// </remarks>
    public static async Task<IResult> FinishAsync(HttpContext http, UpstreamIdentity identity, Guid account)
    {
        // Another person has signed in since, or nobody is any more.
        if (await http.GetBrowserSessionAsync() is not { } session || session.UserId != account)
        {
            return PageAnswers.SeeOther(http, ReturnAddress.With(
                PagePaths.SignIn, ReturnAddress.ToAuthorization(PagePaths.AccountSecurity)));
        }

        var security = ReturnAddress.ToAuthorization(PagePaths.AccountSecurity);
        if (await ProveFirstAsync(http, session, security) is not null)
        {
            http.RequestServices.GetRequiredService<ConnectionCookie>().Write(http, identity, session.Email);
            return PageAnswers.SeeOther(http, ReturnAddress.With(Path, security));
        }

        var result = await http.RequestServices.GetRequiredService<UpstreamLinks>()
            .ConnectAsync(identity, account, session.Id, Caller.Of(http), http.RequestAborted);
        return result switch
        {
            Connection.OfAnother => PageAnswers.Page<UpstreamFailedPage>(
                http, new UpstreamFailedModel(identity.Provider.Label, UpstreamProblem.OfAnother, PagePaths.AccountSecurity, true),
                StatusCodes.Status409Conflict),
            Connection.Ended => PageAnswers.SeeOther(http, PagePaths.AccountSecurity),
            _ => PageAnswers.SeeOther(http, PagePaths.AccountSecurity + "?done=connected"),
        };
    }

    private static async Task<IResult> ShowAsync(HttpContext http, ConnectionCookie cookie, UpstreamProviders providers, TimeProvider time)
    {
        var returnTo = ReturnAddress.ToAuthorization(http.Request.Query["returnUrl"]);
        return await MayConnectAsync(http, cookie, providers, time, returnTo) switch
        {
            (null, _, _, { } answer) => answer,
            var (session, pending, provider, _) => PageAnswers.Page<ConnectPage>(
                http, new ConnectModel(provider!.Label, pending!.Label, PageAnswers.Chip(session)!, returnTo?.Address)),
        };
    }

    private static async Task<IResult> DecideAsync(
        HttpContext http, IAntiforgery antiforgery, ConnectionCookie cookie, UpstreamProviders providers, UpstreamLinks links,
        TimeProvider time)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        var returnTo = ReturnAddress.ToAuthorization(form["returnUrl"]);
        var next = returnTo?.Address ?? ReturnAddress.Home;
        // The page again, with a form of this person in this browser.
        if (!form.IsGenuine) return PageAnswers.SeeOther(http, ReturnAddress.With(Path, returnTo));
        if (form["decision"] != "connect")
        {
            cookie.Delete(http);
            return PageAnswers.GoOn(http, next);
        }

        var (session, pending, provider, answer) = await MayConnectAsync(http, cookie, providers, time, returnTo);
        if (session is null || pending is null || provider is null) return answer!;
        cookie.Delete(http);
        var identity = new UpstreamIdentity(
            provider, pending.Issuer, pending.Subject, pending.Label, pending.Email, EmailProven: false, null, null, null, false);
        var result = await links.ConnectAsync(identity, session.UserId, session.Id, Caller.Of(http), http.RequestAborted);
        return result == Connection.OfAnother
            ? PageAnswers.Page<UpstreamFailedPage>(
                http, new UpstreamFailedModel(provider.Label, UpstreamProblem.OfAnother, next, true), StatusCodes.Status409Conflict)
            : PageAnswers.GoOn(http, next);
    }

    /// <returns>Who may connect what, or the answer in place of it.</returns>
    private static async Task<(BrowserSession? Session, PendingConnection? Pending, UpstreamProvider? Provider, IResult? Answer)>
        MayConnectAsync(
            HttpContext http, ConnectionCookie cookie, UpstreamProviders providers, TimeProvider time, ReturnAddress? returnTo)
    {
        // Too late, or done in another tab: the person goes on without it.
        if (cookie.Read(http) is not { } pending || providers.Find(pending.Provider) is not { } provider)
        {
            return (null, null, null, PageAnswers.SeeOther(http, returnTo?.Address ?? ReturnAddress.Home));
        }

        if (await http.GetBrowserSessionAsync() is not { } session || !RecentSignIn.Is(session.AuthTime, time))
        {
            return (null, null, null, PageAnswers.SeeOther(http, SignInFirst(returnTo)));
        }

        return await ProveFirstAsync(http, session, returnTo) is { } owed
            ? (null, null, null, owed)
            : (session, pending, provider, null);
    }

    /// <summary>Asks for what a new way in needs: the strongest factor, lately, and a confirmed address.</summary>
    /// <returns>Null when nothing is owed.</returns>
    private static async Task<IResult?> ProveFirstAsync(HttpContext http, BrowserSession session, ReturnAddress? returnTo) =>
        await SignInAgain.IfWeakAsync(http, session, Here(returnTo)) ?? ConfirmFirst.IfNeeded(http, session.EmailConfirmed, Here(returnTo));
}
