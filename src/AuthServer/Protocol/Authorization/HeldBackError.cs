using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Pages;
using AuthServer.Ui.Layout;
using AuthServer.Ui.Protocol.Errors;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Http.HttpResults;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Authorization;

/// <summary>
/// Shows an error on a page that says where the app is, and lets the person decide whether they go there: with the same answer, in the same
/// response mode, that would have been sent (RFC 9700 section 4.11.2, <see cref="ErrorRedirection"/>).
/// </summary>
public sealed partial class HeldBackError(Branding branding, ILogger<HeldBackError> log)
    : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
{
    private const string Key = "authplatform:held-back-error";

    /// <summary>With the error as it is before it is signed or encrypted for the client.</summary>
    internal static void Note(OpenIddictServerTransaction transaction, RegisteredClient client, OpenIddictResponse response) =>
        transaction.SetProperty(Key, new Noted(client, new(response.Error!, response.ErrorDescription)));

    public async ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        if (context.Transaction.GetProperty<Noted>(Key) is not var (client, error) || context.RedirectUri is not { Length: > 0 } address)
        {
            return;
        }
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        var (reference, isForm) = (ReferenceCode.Of(http), context.ResponseMode == ResponseModes.FormPost);
        LogHeldBack(log, reference, error.Code, error.Description, client.ClientId);
        var answer = context.Response.GetParameters().Select(p => KeyValuePair.Create(p.Key, (string?)p.Value ?? "")).ToList();
        if (isForm) FormToApp.Allow(http);
        http.Response.Headers.CacheControl = "no-store";
        await new RazorComponentResult<ErrorPage>(new
        {
            Model = new ErrorModel
            {
                Reason = error.Code == OAuthErrors.AccessDenied ? ErrorReason.NotAllowed : ErrorReason.Request,
                Reference = reference,
                OAuthError = error,
                Stranger = new(AppPromises.HostOf(address) ?? new Uri(address).Scheme, client.Publisher, branding.Name),
                BackUrl = isForm ? address : AuthorizationRedirect.AddressOf(
                    address, context.ResponseMode == ResponseModes.Fragment ? '#' : '?', answer),
                BackFields = isForm ? answer : null,
                StatusCode = StatusCodes.Status400BadRequest,
            },
        }) { StatusCode = StatusCodes.Status400BadRequest }.ExecuteAsync(http);
        context.HandleRequest();
    }

    private sealed record Noted(RegisteredClient Client, OAuthError Error);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Error page {Reference}: {Error}, {Description} (client {ClientId}, which nobody has vouched for)")]
    private static partial void LogHeldBack(ILogger logger, string reference, string error, string? description, string clientId);
}
