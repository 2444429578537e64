using System.Text;
using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Authorization;

/// <summary>The authorization response as a redirect to the client (RFC 6749 section 4.1.2, RFC 9207 section 2).</summary>
/// <remarks>
/// The redirect URI stays the text that was compared; a parser could write another address than the one that is registered.
/// </remarks>
public static class AuthorizationRedirect
{
    /// <param name="separator">Before the first parameter, where the address has none of its own: ? or #.</param>
    public static void Send(
        HttpResponse response, string redirectUri, char separator, params IEnumerable<KeyValuePair<string, string>> parameters)
    {
        // RFC 9700 section 4.12: a browser that has posted a password fetches what comes next, and never posts it there.
        response.StatusCode = StatusCodes.Status303SeeOther;
        response.Headers.Location = AddressOf(redirectUri, separator, parameters);
        response.Headers.CacheControl = "no-store";
        response.Headers.Pragma = "no-cache";
    }

    /// <inheritdoc cref="Send"/>
    public static string AddressOf(string redirectUri, char separator, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var location = new StringBuilder(redirectUri);
        var next = separator == '?' && redirectUri.Contains('?', StringComparison.Ordinal) ? '&' : separator;
        foreach (var (name, value) in parameters)
        {
            location.Append(next).Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
            next = '&';
        }

        return location.ToString();
    }
}

/// <summary>Sends codes and errors of OpenIddict's way by <see cref="AuthorizationRedirect"/>, in the query or the fragment.</summary>
public sealed class RedirectedResponse : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
{
    public ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        if (string.IsNullOrEmpty(context.RedirectUri) || context.ResponseMode is not (ResponseModes.Query or ResponseModes.Fragment))
        {
            return default;
        }
        AuthorizationRedirect.Send(
            context.Transaction.GetHttpRequest()!.HttpContext.Response, context.RedirectUri, context.ResponseMode == ResponseModes.Query
                ? '?'
                : '#',
            context.Response.GetParameters().Select(p => KeyValuePair.Create(p.Key, (string?)p.Value ?? "")));
        context.HandleRequest();
        return default;
    }
}
