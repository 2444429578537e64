using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Pages;
using AuthServer.Sessions;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.SignOut;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Accounts.SignOut;

/// <summary>GET and POST /signout: the question and the act; GET /signed-out: the page afterwards.</summary>
public static class SignOutPages
{
    private const string Path = PagePaths.SignOut;

    public static void MapSignOutPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, AskAsync);
        routes.MapPost(Path, SignOutAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
        routes.MapGet(PagePaths.SignedOut, SignedOutAsync);
    }

    private static async Task<IResult> AskAsync(HttpContext http, ClientDirectory clients)
    {
        var returnTo = ReturnAddress.ToEndSession(http.Request.Query["returnUrl"]);
        if (await http.GetBrowserSessionAsync() is not { } session)
        {
            return PageAnswers.SeeOther(http, returnTo?.Address ?? PagePaths.SignedOut);
        }
        return await QuestionAsync(http, clients, session, returnTo, StatusCodes.Status200OK);
    }

    private static async Task<IResult> SignOutAsync(
        HttpContext http, IAntiforgery antiforgery, ClientDirectory clients, SessionEnding ending, BrowserSessionCookie cookie,
        SignedOutApps apps, ClientTrust trust)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        var returnTo = ReturnAddress.ToEndSession(form["request"]);
        IReadOnlyList<ShownEnd> ended = [];
        if (await http.GetBrowserSessionAsync() is { } session)
        {
            // An old form asks once more: another site might try to sign the person out.
            if (!form.IsGenuine) return await QuestionAsync(http, clients, session, returnTo, StatusCodes.Status400BadRequest);
            ended = await ending.SignOutAsync(session.Id, Caller.Of(http), http.RequestAborted);
        }

        // A post of another site comes without cookies (SameSite), and its answer may delete them all the same.
        if (form.HasCookie) cookie.Delete(http);
        // The person has confirmed, so the app need not prove itself by a hint to get them back at an address of its registration. To one
        // that nobody knows the page afterwards has a link (RFC 9700 section 4.11.2).
        var app = await AppAsync(http, clients, returnTo);
        var back = form.IsGenuine && WayBack(app, returnTo) is { } address && trust.MaySendBrowser(app!, address) ? address : null;
        var next = back ?? returnTo?.Address;
        var behind = returnTo is null ? default : QueryString.Create("returnUrl", returnTo.Address);
        return PageAnswers.GoOn(http, apps.PageOf(ended, next, behind) ?? next ?? PagePaths.SignedOut);
    }

    private static async Task<IResult> SignedOutAsync(HttpContext http, ClientDirectory clients, SignedOutApps apps)
    {
        var request = ReturnAddress.ToEndSession(http.Request.Query["returnUrl"]);
        var app = await AppAsync(http, clients, request);
        var show = await apps.ReadAsync(http);
        var back = show.Next ?? WayBack(app, request);
        return PageAnswers.Page<SignedOutPage>(http, new SignedOutModel
        {
            AppName = NameOf(app, back),
            BackUrl = back, SignInUrl = PagePaths.SignIn,
            Frames = show.Frames, GoesOn = show is { Next: not null, Frames.Count: > 0 },
        });
    }

    private static async Task<IResult> QuestionAsync(
        HttpContext http, ClientDirectory clients, BrowserSession session, ReturnAddress? returnTo, int status)
    {
        var app = await AppAsync(http, clients, returnTo);
        return PageAnswers.Page<SignOutPage>(
            http,
            new SignOutModel
            {
                AppName = NameOf(app, WayBack(app, returnTo)), Account = PageAnswers.Chip(session), Request = returnTo?.Address,
                StayUrl = ReturnAddress.Home,
            },
            status);
    }

    // A stranger calls an app as they like; the host is where the link leads.
    private static string? NameOf(RegisteredClient? app, string? back) =>
        app is null or { IsVouchedFor: true } ? app?.Name : AppPromises.HostOf(back);

    private static string? WayBack(RegisteredClient? app, ReturnAddress? request) =>
        SignOutReturn.Of(app, request?.Once("post_logout_redirect_uri"), request?.Once("state"));

    /// <summary>
    /// The app that asks, by <c>client_id</c> alone: the end-session endpoint names that of a hint which it has verified.
    /// </summary>
    private static async ValueTask<RegisteredClient?> AppAsync(HttpContext http, ClientDirectory clients, ReturnAddress? request) =>
        request is null ? null : await request.AppAsync(http, clients);
}
