using AuthServer.Configuration;
using AuthServer.Pages;
using AuthServer.Seeding;
using AuthServer.Ui;
using AuthServer.Ui.Demo;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;

namespace AuthServer.Accounts.Demo;

/// <summary>GET and POST /demo, /demo/callback: an app on this server that signs people in by code and PKCE, and shows each step.</summary>
/// <remarks>
/// It lives in Development alone, beside the demo seed. It shows tokens in the page that was asked for them, and never puts one into an
/// address, a cookie or the log.
/// </remarks>
public static class DemoPages
{
    public static void MapDemoPages(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").AddEndpointFilter(OnlyWhereOfferedAsync);
        pages.MapGet(PagePaths.Demo, (HttpContext http) => PageAnswers.Page<DemoStartPage>(http, new DemoStartModel()));
        pages.MapPost(PagePaths.Demo, StartAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
        pages.MapGet(PagePaths.DemoCallback, Returned);
        pages.MapPost(PagePaths.DemoCallback, ExchangeAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
    }

    private static async ValueTask<object?> OnlyWhereOfferedAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.RequestServices.GetRequiredService<DemoApp>().IsOffered ? await next(context) : Results.NotFound();

    private static async Task<IResult> StartAsync(HttpContext http, IAntiforgery antiforgery, DemoAttempts attempts, DemoApp app)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        if (!form.IsGenuine)
        {
            return PageAnswers.Page<DemoStartPage>(http, new DemoStartModel { IsExpired = true }, StatusCodes.Status400BadRequest);
        }

        return PageAnswers.SeeOther(http, ProtocolPaths.Authorization + attempts.Begin(http).Request(app));
    }

    /// <summary>The answer to the authorization request. Reading it changes nothing: the code is redeemed by the button.</summary>
    private static IResult Returned(HttpContext http, DemoAttempts attempts, IssuerOptions issuer)
    {
        var query = http.Request.Query;
        var (code, error, state) = (Once(query["code"]), Once(query["error"]), Once(query["state"]));
        // RFC 9207 section 2.4: an answer without this issuer is not accepted.
        var ours = Once(query["iss"]) == issuer.IssuerText && attempts.Read(http)?.Sent(state) == true;
        return PageAnswers.Page<DemoCallbackPage>(http, (ours, code, error) switch
        {
            (false, _, _) => new DemoCallbackModel { Problem = DemoProblem.NotOurs, Code = code },
            (true, null, not null) => new DemoCallbackModel
            {
                Problem = DemoProblem.Declined,
                Error = new(error, Once(query["error_description"])),
            },
            (true, null, null) => new DemoCallbackModel { Problem = DemoProblem.NotOurs },
            _ => new DemoCallbackModel { Code = code, State = state, Issuer = issuer.IssuerText },
        });
    }

    private static async Task<IResult> ExchangeAsync(
        HttpContext http, IAntiforgery antiforgery, DemoAttempts attempts, DemoExchange exchange)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        if (!form.IsGenuine || attempts.Read(http) is not { } attempt || !attempt.Sent(form["state"]))
        {
            return Problem(http, new(DemoProblem.NotOurs));
        }

        // RFC 6749 section 4.1.2: a second use of the code ends the session, so a page that is loaded again must not send it again.
        attempts.End(http);
        return await exchange.RedeemAsync(form["code"], attempt, http.RequestAborted) switch
        {
            DemoOutcome.Exchanged(var tokens) => PageAnswers.Page<DemoTokensPage>(http, tokens),
            DemoOutcome.Failed failed => Problem(http, failed),
            var other => throw new InvalidOperationException($"{other} is no outcome of an exchange."),
        };
    }

    private static IResult Problem(HttpContext http, DemoOutcome.Failed failed) =>
        PageAnswers.Page<DemoCallbackPage>(
            http, new DemoCallbackModel { Problem = failed.Problem, Error = failed.Error }, StatusCodes.Status400BadRequest);

    private static string? Once(StringValues values) => values is [{ Length: > 0 } value] ? value : null;
}
