using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Clients.Directory;
using AuthServer.Protocol.Authorization;
using AuthServer.Protocol.Claims;
using AuthServer.Protocol.Token;
using AuthServer.RateLimits;
using AuthServer.Sessions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Plain;

/// <summary>The token endpoint for plain requests that are plainly right; what is wrong with any other the library says.</summary>
public sealed class PlainToken(PlainClient clients, RequestedScopes scopes, RefreshTokens refreshTokens, TokenAnswer answers, ClientLimit limit, TimeProvider time)
{
    /// <returns>False when nothing has happened and the library is to answer.</returns>
    public async ValueTask<bool> TryAnswerAsync(HttpContext http)
    {
        if (await RequestForm.PeekAsync(http.Request) is not { } form) return false;
        if (await clients.AuthenticateAsync(http, form, Permissions.Endpoints.Token[Permissions.Prefixes.Endpoint.Length..]) is not { } client) return false;
        if (form.Take("grant_type") is not { } grantType || !client.GrantTypes.Contains(grantType)) return false;
        var request = grantType switch
        {
            GrantTypes.ClientCredentials => await ClientCredentialsAsync(http, form, client),
            GrantTypes.RefreshToken => Refresh(http, form, client),
            GrantTypes.AuthorizationCode => await CodeAsync(http, form, client),
            _ => null,
        };
        if (request is null || !form.IsExhausted || TokenGrants.Find(http, grantType) is not { } grant) return false;
        // Refused here it has not counted; the library asks again, and says so.
        if (!client.IsPublic && limit.Take(client.ClientId) is not null) return false;
        // From here on the grant has decided, whatever it is.
        await answers.WriteAsync(http, client, request, await grant.DecideAsync(request));
        return true;
    }

    private async ValueTask<GrantRequest?> ClientCredentialsAsync(HttpContext http, RequestForm form, RegisteredClient client)
    {
        // RFC 6749 section 4.4: confidential clients only.
        if (client.IsPublic) return null;
        ImmutableArray<string> asked = [];
        if (form.Take("scope") is { } text)
        {
            asked = RequestedScopes.Split(text);
            if (await scopes.FindBeyondAsync(client, asked, http.RequestAborted) is not null) return null;
        }

        return new(http, client, asked, []);
    }

    // Narrowing by a scope parameter is left to the library: it needs to see the session first.
    private GrantRequest? Refresh(HttpContext http, RequestForm form, RegisteredClient client) =>
        form.Take("refresh_token") is { } text && RefreshTokens.HasForm(text) && refreshTokens.Read(text) is { } token
            ? new(http, client, [], []) { RefreshToken = token }
            : null;

    private async ValueTask<GrantRequest?> CodeAsync(HttpContext http, RequestForm form, RegisteredClient client)
    {
        if (form.Take("code") is not { } code || !AuthorizationCodes.HasForm(code) || form.Take("redirect_uri") is not { } redirectUri) return null;
        var verifier = form.Take("code_verifier");
        if (!form.IsExhausted) return null;
        var stored = await http.RequestServices.GetRequiredService<AuthorizationCodes>().FindAsync(code, http.RequestAborted);
        return stored is not null && stored.ExpiresAt > time.GetUtcNow().UtcDateTime
            && stored.Content.ClientId == client.ClientId && stored.Content.RedirectUri == redirectUri && Proves(client, stored.Content.CodeChallenge, verifier)
                ? new(http, client, [], []) { Code = stored }
                : null;
    }

    // RFC 7636 section 4.6, S256 alone.
    private static bool Proves(RegisteredClient client, string? challenge, string? verifier)
    {
        if (challenge is null) return verifier is null && !client.RequirePkce;
        if (verifier is not { Length: >= 43 and <= 128 }) return false;
        Span<byte> proof = stackalloc byte[Base64Url.GetEncodedLength(SHA256.HashSizeInBytes)];
        Base64Url.EncodeToUtf8(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)), proof);
        return CryptographicOperations.FixedTimeEquals(proof, Encoding.ASCII.GetBytes(challenge));
    }
}
