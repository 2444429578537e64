using System.Text.Json;
using AuthServer.Clients.Directory;
using AuthServer.Configuration;
using AuthServer.Keys;
using AuthServer.Protocol.ClientProof;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Http.Headers;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Introspection;

/// <summary>Introspection answered with a JWT (RFC 9701), for a caller that has to prove later what it was told.</summary>
public sealed class SignedIntrospection(KeyRing ring, IssuerOptions issuer, TimeProvider time)
{
    private const string Type = "token-introspection+jwt", MediaType = "application/" + Type;

    /// <summary>RFC 9701 section 4: the caller asks for it in the header Accept.</summary>
    public static bool IsWanted(HttpContext http) =>
        new RequestHeaders(http.Request.Headers).Accept.Any(
            range => range.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase) && range.Quality is null or > 0);

    /// <param name="describe">Writes the members of RFC 7662 section 2.2.</param>
    public Task WriteAsync(HttpContext http, RegisteredClient caller, Action<Utf8JsonWriter> describe)
    {
        var signer = ring.Current.Signer(caller.Tokens.IntrospectionSignedResponseAlg);
        return JwtAnswer.WriteAsync(http, MediaType, signer, Type, json =>
        {
            json.WriteString("iss", issuer.IssuerText);
            json.WriteString("aud", caller.ClientId);
            json.WriteNumber("iat", time.GetUtcNow().ToUnixTimeSeconds());
            // RFC 9701 section 5: in a member of its own, so that nothing of the token is taken for a claim of this JWT.
            json.WriteStartObject("token_introspection");
            describe(json);
            json.WriteEndObject();
        });
    }
}

/// <summary>Says in the same form that a token is not active; OpenIddict knows JSON alone.</summary>
public sealed class InactiveIntrospection(SignedIntrospection asToken) : IOpenIddictServerHandler<ApplyIntrospectionResponseContext>
{
    public async ValueTask HandleAsync(ApplyIntrospectionResponseContext context)
    {
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        if (context.Response is not { Error: null } response || (bool?)response["active"] is not false) return;
        if (!SignedIntrospection.IsWanted(http)) return;
        var caller = ClientAuthenticationHandler.ClientOf(context.Transaction);
        await asToken.WriteAsync(http, caller, static json => json.WriteBoolean("active", false));
        context.HandleRequest();
    }
}
