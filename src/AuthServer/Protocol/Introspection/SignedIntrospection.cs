using System.Text.Json;
using AuthServer.Clients.Directory;
using AuthServer.Configuration;
using AuthServer.Keys;
using AuthServer.Protocol.ClientProof;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Http.Headers;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Introspection;

/// <summary>
/// Introspection answered with a JWT (RFC 9701), for a caller that has to prove later what it was told, or that wants it encrypted.
/// </summary>
public sealed class SignedIntrospection(KeyRing ring, ClientEnvelopes envelopes, IssuerOptions issuer, TimeProvider time)
{
    private const string Type = "token-introspection+jwt", MediaType = "application/" + Type;

    /// <summary>
    /// RFC 9701 section 4: the caller asks for it in the header Accept. One that is registered for encrypted answers gets no other: a
    /// header that a library leaves out must not turn the encryption off.
    /// </summary>
    public static bool IsWanted(HttpContext http, RegisteredClient caller) =>
        caller.Tokens.Encryption.Introspection is not null || new RequestHeaders(http.Request.Headers).Accept.Any(
            range => range.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase) && range.Quality is null or > 0);

    /// <param name="describe">Writes the members of RFC 7662 section 2.2.</param>
    /// <returns>Why nothing could be written; null: it was.</returns>
    public async ValueTask<string?> WriteAsync(HttpContext http, RegisteredClient caller, Action<Utf8JsonWriter> describe)
    {
        var (envelope, fault) = caller.Tokens.Encryption.Introspection is { } form
            ? await envelopes.OpenAsync(caller, form, http.RequestAborted) : default;
        if (fault is not null) return fault;
        var signer = ring.Current.Signer(caller.Tokens.IntrospectionSignedResponseAlg);
        await JwtAnswer.WriteAsync(http, MediaType, signer, Type, envelope, json =>
        {
            json.WriteString("iss", issuer.IssuerText);
            json.WriteString("aud", caller.ClientId);
            json.WriteNumber("iat", time.GetUtcNow().ToUnixTimeSeconds());
            // RFC 9701 section 5: in a member of its own, so that nothing of the token is taken for a claim of this JWT.
            json.WriteStartObject("token_introspection");
            describe(json);
            json.WriteEndObject();
        });
        return null;
    }
}

/// <summary>Says in the same form that a token is not active; OpenIddict knows JSON alone.</summary>
public sealed class InactiveIntrospection(SignedIntrospection asToken) : IOpenIddictServerHandler<ApplyIntrospectionResponseContext>
{
    public async ValueTask HandleAsync(ApplyIntrospectionResponseContext context)
    {
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        if (context.Response is not { Error: null } response || (bool?)response["active"] is not false) return;
        var caller = ClientAuthenticationHandler.ClientOf(context.Transaction);
        if (!SignedIntrospection.IsWanted(http, caller)) return;
        if (await asToken.WriteAsync(http, caller, static json => json.WriteBoolean("active", false)) is { } fault)
        {
            context.Response = new OpenIddictResponse { Error = OAuthErrors.InvalidRequest, ErrorDescription = fault };
            // OpenIddict has chosen that of the answer before.
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        context.HandleRequest();
    }
}
