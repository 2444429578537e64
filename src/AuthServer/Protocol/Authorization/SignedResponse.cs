using System.Buffers;
using System.Text;
using System.Text.Json;
using AuthServer.Clients.Directory;
using AuthServer.Configuration;
using AuthServer.Keys;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using Web = OpenIddict.Server.AspNetCore.OpenIddictServerAspNetCoreHandlers;

namespace AuthServer.Protocol.Authorization;

public static class SignedResponses
{
    /// <summary>Before the response is written in one of the other modes.</summary>
    public static void AddSignedResponses(this OpenIddictServerBuilder server)
    {
        server.Configure(options => options.ResponseModes.UnionWith(SignedResponse.Modes));
        server.AddEventHandler<ApplyAuthorizationResponseContext>(h => h.UseSingletonHandler<SignedResponse>()
            .SetOrder(Web.Authentication.ProcessFormPostResponse.Descriptor.Order - 500));
    }
}

/// <summary>
/// The response modes of JARM (JWT Secured Authorization Response Mode): the whole response, errors too, is one JWT that this server
/// has signed for the client.
/// </summary>
public sealed class SignedResponse(
    KeyRing ring, ClientDirectory clients, ClientEnvelopes envelopes, IssuerOptions issuer, TimeProvider time)
    : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
{
    /// <summary>JARM section 2.1 allows ten minutes; a code lives shorter still.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(2);

    private const string Mode = "jwt", OfQuery = "query.jwt", OfFragment = "fragment.jwt", OfFormPost = "form_post.jwt";

    /// <summary>JARM section 2.3.</summary>
    public static readonly IReadOnlyList<string> Modes = [Mode, OfQuery, OfFragment, OfFormPost];

    public async ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        if (string.IsNullOrEmpty(context.RedirectUri) || context.ResponseMode is not { } mode || !Modes.Contains(mode)) return;
        var stop = context.Transaction.GetHttpRequest()!.HttpContext.RequestAborted;
        if (context.Request?.ClientId is not { } clientId || await clients.FindAsync(clientId, stop) is not { } client) return;
        context.ResponseMode = mode switch
        {
            OfFragment => ResponseModes.Fragment,
            OfFormPost => ResponseModes.FormPost,
            // JARM section 2.3.4: the default of the response type, which is code.
            _ => ResponseModes.Query,
        };
        var (envelope, fault) = client.Tokens.Encryption.Response is { } form ? await envelopes.OpenAsync(client, form, stop) : default;
        if (fault is null)
        {
            var signed = Sign(client, context.Response);
            context.Response = new OpenIddictResponse
            {
                ["response"] = envelope is null ? signed : envelope.Seal(Encoding.ASCII.GetBytes(signed), isJwt: true),
            };
            return;
        }

        // The person goes back to the app all the same, without anything that was to be encrypted.
        context.Response = new OpenIddictResponse
        {
            ["response"] = Sign(client, new OpenIddictResponse
            {
                Error = OAuthErrors.InvalidRequest, ErrorDescription = fault, State = context.Request.State,
            }),
        };
    }

    private string Sign(RegisteredClient client, OpenIddictResponse response)
    {
        var payload = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(payload))
        {
            json.WriteStartObject();
            json.WriteString(Parameters.Iss, issuer.IssuerText);
            json.WriteString("aud", client.ClientId);
            json.WriteNumber("exp", (time.GetUtcNow() + Life).ToUnixTimeSeconds());
            foreach (var (name, value) in response.GetParameters().Where(p => p.Key != Parameters.Iss))
            {
                json.WriteString(name, (string?)value);
            }

            json.WriteEndObject();
        }

        return ring.Current.Signer(client.Requests.ResponseSigningAlg).Sign("JWT", payload.WrittenSpan);
    }
}
