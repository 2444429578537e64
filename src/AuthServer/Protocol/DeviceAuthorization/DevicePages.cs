using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Data.Entities;
using AuthServer.Pages;
using AuthServer.Protocol.Authorization;
using AuthServer.Protocol.Authorization.Consent;
using AuthServer.Protocol.Pending;
using AuthServer.Sessions;
using AuthServer.Ui;
using AuthServer.Ui.Protocol.Devices;
using AuthServer.Users.Proofs;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.DeviceAuthorization;

/// <summary>
/// GET and POST /device: a person who is signed in types the code of a device (RFC 8628 section 3.3), sees what asks from where, and
/// decides at POST /device/decision. An address with the code in it leads to the same question (section 3.3.1).
/// </summary>
public static class DevicePages
{
    private const string RequestField = "request";

    public static void MapDevicePages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(PagePaths.Device, ShowAsync);
        routes.MapPost(PagePaths.Device, TakeCodeAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
        routes.MapPost(PagePaths.DeviceDecision, DecideAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http, DeviceCodes codes, ElsewhereRequests requests, ConfirmationRules confirmation, ShownConsents shown,
        ScopeDirectory scopes)
    {
        var code = UserCodes.Read(http.Request.Query[Parameters.UserCode]);
        var here = ReturnAddress.ToAuthorization(AddressOf(code));
        // Only for people who are signed in: guesses are counted by account.
        if (await http.GetBrowserSessionAsync() is not { } session)
        {
            return PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.SignIn, here));
        }

        if (confirmation.AreRequired && !session.EmailConfirmed)
        {
            return PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.ConfirmEmail, here));
        }

        if (code is null) return AskForCode(http, session);
        var (request, wait) = await codes.FindAsync(code, session, Caller.Of(http), http.RequestAborted);
        if (wait is not null) return AskForCode(http, session, DeviceProblem.TooManyTries, StatusCodes.Status429TooManyRequests, wait);
        if (request is null) return AskForCode(http, session, DeviceProblem.Unknown, StatusCodes.Status422UnprocessableEntity);
        switch (await requests.RequirementOfAsync(request, session, at: null, http.RequestAborted))
        {
            case Requirement.Page first:
                return ElsewherePages.SendTo(http, first, here);
            case Requirement.Refuse:
                return AskForCode(http, session, DeviceProblem.Unknown, StatusCodes.Status422UnprocessableEntity);
        }

        return PageAnswers.Page<DeviceRequestPage>(http, await ElsewherePages.ModelAsync(http, request, session, shown, scopes) with
        {
            Code = UserCodes.Shown(code),
            SwitchUrl = ReturnAddress.With(PagePaths.SignIn, here, [new("prompt", "switch")]),
        });
    }

    private static async Task<IResult> TakeCodeAsync(HttpContext http, IAntiforgery antiforgery)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        if (await http.GetBrowserSessionAsync() is not { } session) return PageAnswers.SeeOther(http, SignInFirst);
        if (!form.IsGenuine) return AskForCode(http, session, DeviceProblem.FormExpired, StatusCodes.Status400BadRequest);
        var typed = form["code"].Trim();
        if (UserCodes.Read(typed) is { } code) return PageAnswers.GoOn(http, AddressOf(code));
        return AskForCode(
            http, session, typed.Length == 0 ? DeviceProblem.Missing : DeviceProblem.Malformed, StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> DecideAsync(
        HttpContext http, IAntiforgery antiforgery, ElsewhereRequests requests, ShownConsents shown)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        if (await http.GetBrowserSessionAsync() is not { } session) return PageAnswers.SeeOther(http, SignInFirst);
        // Another page, another person, or one that was open for too long: the code is asked for again.
        if (!form.IsGenuine || !Guid.TryParseExact(form[RequestField], "N", out var id)
            || shown.Open(form[ShownConsents.Field], ElsewherePages.NameOf(id), session) is not { } page)
        {
            return AskForCode(http, session, DeviceProblem.FormExpired, StatusCodes.Status400BadRequest);
        }

        var request = await requests.FindAsync(PendingKind.Device, id, session.UserId, http.RequestAborted);
        return await ElsewherePages.WriteAsync(http, requests, request, page, session, allowed: form["decision"] == "allow");
    }

    private static string SignInFirst => ReturnAddress.With(PagePaths.SignIn, ReturnAddress.ToAuthorization(PagePaths.Device));

    private static string AddressOf(string? code) => code is null ? PagePaths.Device : $"{PagePaths.Device}?{Parameters.UserCode}={code}";

    private static IResult AskForCode(
        HttpContext http, BrowserSession session, DeviceProblem problem = DeviceProblem.None, int status = StatusCodes.Status200OK,
        TimeSpan? wait = null) =>
        PageAnswers.Page<DeviceCodePage>(
            http, new DeviceCodeModel { Account = PageAnswers.Chip(session)!, Problem = problem, RetryAfter = wait }, status, wait);
}
