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

namespace AuthServer.Protocol.Ciba;

/// <summary>
/// GET /approve: what waits for the person who is signed in, or one request of it; the person decides at POST /approve/decision. A mail
/// leads here, and so does the list of connected apps.
/// </summary>
public static class ApprovePages
{
    private const string RequestField = "request";

    public static void MapApprovePages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(PagePaths.Approve, ShowAsync);
        routes.MapPost(PagePaths.ApproveDecision, DecideAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http, ElsewhereRequests requests, ConfirmationRules confirmation, ShownConsents shown, ScopeDirectory scopes)
    {
        var id = Read(http.Request.Query[RequestField]);
        var here = ReturnAddress.ToAuthorization(AddressOf(id));
        if (await http.GetBrowserSessionAsync() is not { } session)
        {
            return PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.SignIn, here));
        }

        if (confirmation.AreRequired && !session.EmailConfirmed)
        {
            return PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.ConfirmEmail, here));
        }

        if (id is not { } chosen) return await ListAsync(http, requests, session);
        if (await requests.FindAsync(PendingKind.Backchannel, chosen, session.UserId, http.RequestAborted) is not { } request)
        {
            return ElsewherePages.Outcome(http, DeviceOutcome.Ended, "", isByName: true);
        }

        return await requests.RequirementOfAsync(request, session, at: null, http.RequestAborted) switch
        {
            Requirement.Page first => ElsewherePages.SendTo(http, first, here),
            Requirement.Refuse => ElsewherePages.Outcome(http, DeviceOutcome.Ended, request.Client.Name, isByName: true),
            _ => PageAnswers.Page<DeviceRequestPage>(http, await ElsewherePages.ModelAsync(http, request, session, shown, scopes) with
            {
                Message = request.Asked.Content.Message,
                IsByName = true,
                // The app has named this person: another one finds nothing here.
                SwitchUrl = null,
            }),
        };
    }

    private static async Task<IResult> ListAsync(HttpContext http, ElsewhereRequests requests, BrowserSession session)
    {
        var waiting = await requests.WaitingAsync(session.UserId, http.RequestAborted);
        return PageAnswers.Page<ApprovalsPage>(http, new ApprovalsModel
        {
            Account = PageAnswers.Chip(session)!,
            Waiting = [.. waiting.Select(w => new WaitingApproval(w.Client.Name, w.Asked.AskedAt, AddressOf(w.Asked.Id)))],
        });
    }

    private static async Task<IResult> DecideAsync(
        HttpContext http, IAntiforgery antiforgery, ElsewhereRequests requests, ShownConsents shown)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        if (await http.GetBrowserSessionAsync() is not { } session)
        {
            return PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.SignIn, ReturnAddress.ToAuthorization(PagePaths.Approve)));
        }

        if (!form.IsGenuine || Read(form[RequestField]) is not { } id
            || shown.Open(form[ShownConsents.Field], ElsewherePages.NameOf(id), session) is not { } page)
        {
            var model = new ApprovalsModel { Account = PageAnswers.Chip(session)!, Waiting = [], IsStale = true };
            return PageAnswers.Page<ApprovalsPage>(http, model, StatusCodes.Status400BadRequest);
        }

        var request = await requests.FindAsync(PendingKind.Backchannel, id, session.UserId, http.RequestAborted);
        return await ElsewherePages.WriteAsync(
            http, requests, request, page, session, allowed: form["decision"] == "allow", isByName: true);
    }

    private static Guid? Read(string? text) => Guid.TryParseExact(text, "N", out var id) ? id : null;

    private static string AddressOf(Guid? id) => id is null ? PagePaths.Approve : $"{PagePaths.Approve}?{RequestField}={id:N}";
}
