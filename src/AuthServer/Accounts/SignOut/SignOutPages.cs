using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Configuration;
using AuthServer.Pages;
using AuthServer.Sessions;
using AuthServer.Ui.Accounts.SignOut;
using AuthServer.Ui;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Accounts.SignOut;

/// <summary>GET and POST /signout: the question and the act; GET /signed-out: the page afterwards.</summary>
public static class SignOutPages
{
    private const string Path = PagePaths.SignOut;

    public static void MapSignOutPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, AskAsync);
        routes.MapPost(Path, SignOutAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
        routes.MapGet(PagePaths.SignedOut, (HttpContext http) => PageAnswers.Page<SignedOutPage>(http, new SignedOutModel()));
    }

    private static async Task<IResult> AskAsync(HttpContext http, ClientDirectory clients)
    {
        var returnTo = ReturnAddress.ToEndSession(http.Request.Query["returnUrl"]);
        if (await http.GetBrowserSessionAsync() is not { } session) return PageAnswers.SeeOther(http, returnTo?.Address ?? PagePaths.SignedOut);
        return await QuestionAsync(http, clients, session, returnTo, StatusCodes.Status200OK);
    }

    private static async Task<IResult> SignOutAsync(
        HttpContext http, IAntiforgery antiforgery, ClientDirectory clients, SessionEnding ending, BrowserSessionCookie cookie)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        var returnTo = ReturnAddress.ToEndSession(form["request"]);
        if (await http.GetBrowserSessionAsync() is { } session)
        {
            // An old form asks once more: signing somebody out is a thing that another site might try.
            if (!form.IsGenuine) return await QuestionAsync(http, clients, session, returnTo, StatusCodes.Status400BadRequest);
            await ending.EndAsync(session.Id, EndReason.SignedOut, Caller.Of(http), http.RequestAborted);
        }

        cookie.Delete(http);
        return PageAnswers.SeeOther(http, returnTo?.Address ?? PagePaths.SignedOut);
    }

    private static async Task<IResult> QuestionAsync(HttpContext http, ClientDirectory clients, BrowserSession session, ReturnAddress? returnTo, int status)
    {
        var app = returnTo is null ? null : await AppAsync(http, clients, returnTo);
        return PageAnswers.Page<SignOutPage>(
            http,
            new SignOutModel { AppName = app?.Name, Account = PageAnswers.Chip(session), Request = returnTo?.Address, StayUrl = ReturnAddress.Home },
            status);
    }

    /// <summary>The app that asks, and leave for the form to lead to its registered address. Whether it is led there, the end-session endpoint decides.</summary>
    private static async Task<RegisteredClient?> AppAsync(HttpContext http, ClientDirectory clients, ReturnAddress returnTo)
    {
        var clientId = returnTo.Once("client_id") ?? AudienceOf(returnTo.Once("id_token_hint"));
        if (clientId is null || await clients.FindAsync(clientId, http.RequestAborted) is not { } client) return null;
        if (returnTo.Once("post_logout_redirect_uri") is { } asked && client.MaySignOutTo(asked)) FormActionOrigins.Allow(http, asked);
        return client;
    }

    // Read without checking the signature: it chooses a name to show and nothing else.
    private static string? AudienceOf(string? hint)
    {
        if (hint is null) return null;
        try
        {
            return new JsonWebToken(hint).Audiences.FirstOrDefault();
        }
        catch (Exception exception) when (exception is ArgumentException or SecurityTokenException)
        {
            return null;
        }
    }
}
