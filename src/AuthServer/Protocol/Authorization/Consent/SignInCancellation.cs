using AuthServer.Configuration;
using AuthServer.Pages;
using AuthServer.Sessions;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.Continue;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Protocol.Authorization.Consent;

/// <summary>POST /signin/cancel: a person who does not want to sign in goes back to the app, which is told <c>access_denied</c>.</summary>
/// <remarks>Where to is decided by the authorization endpoint alone, as for every other error (RFC 9700 section 4.11).</remarks>
public static class SignInCancellation
{
    public static void MapSignInCancellation(this IEndpointRouteBuilder routes) =>
        routes.MapPost(PagePaths.CancelSignIn, CancelAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));

    private static async Task<IResult> CancelAsync(HttpContext http, IAntiforgery antiforgery, Interactions interactions)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        if (ReturnAddress.ToAuthorization(form["returnUrl"]) is not { LeadsToRequest: true } request)
        {
            return PageAnswers.GoOn(http, ReturnAddress.Home);
        }

        // Another site has posted, or the page was out of date: the request is asked anew, and the person has said nothing.
        if (!form.IsGenuine)
        {
            return PageAnswers.Page<ContinuePage>(
                http, new ContinueModel { Address = request.Address }, StatusCodes.Status400BadRequest);
        }

        return PageAnswers.GoOn(http, interactions.Continue(
            http, ProtocolPaths.Authorization, request.Parameters, await http.GetBrowserSessionAsync(), InteractionOutcome.Denied));
    }
}
