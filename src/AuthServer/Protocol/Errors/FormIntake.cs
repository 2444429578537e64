using AuthServer.Protocol.Authorization;
using Microsoft.AspNetCore;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Errors;

/// <summary>
/// Reads a posted form as OpenIddict does, and refuses one that cannot be read, or that names a parameter twice, as RFC 6749 section 5.2
/// has it.
/// </summary>
public sealed class FormIntake<TContext> : IOpenIddictServerHandler<TContext> where TContext : BaseValidatingContext
{
    private readonly OpenIddictServerAspNetCoreHandlers.ExtractPostRequest<TContext> _forms = new();

    public async ValueTask HandleAsync(TContext context)
    {
        var request = context.Transaction.GetHttpRequest()!;
        if (HttpMethods.IsPost(request.Method) && !request.HasFormContentType)
        {
            // A list of media types, say: reading it as a form would throw.
            context.Reject(OAuthErrors.InvalidRequest, "Send the parameters as application/x-www-form-urlencoded.");
            return;
        }

        try
        {
            await _forms.HandleAsync(context);
        }
        catch (BadHttpRequestException refused) when (refused.StatusCode == StatusCodes.Status400BadRequest)
        {
            context.Reject(OAuthErrors.InvalidRequest, "The form cannot be read: it is malformed or too large.");
            return;
        }

        if (context.IsRejected) return;
        // RFC 6749 section 3.2: no parameter twice.
        var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
        if (AuthorizationParameters.Repeated(form) is { } repeated)
        {
            context.Reject(OAuthErrors.InvalidRequest, $"The parameter {repeated} stands more than once.");
        }
    }
}
