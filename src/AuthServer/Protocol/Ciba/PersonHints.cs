using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using AuthServer.Clients.Directory;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.Keys;
using AuthServer.Users.SignIn;

namespace AuthServer.Protocol.Ciba;

/// <summary>Whom a client means: an e-mail address or the sub of a person, or an ID token that it has of them (CIBA Core 7.1).</summary>
public sealed class PersonHints(KeyRing ring, IssuerOptions issuer, AccountLookup accounts)
{
    private const int LongestToken = 8 * 1024;

    /// <returns>The subject of an ID token that this server has issued to the client, however old it is; null for anything else.</returns>
    public string? SubjectOf(string idToken, RegisteredClient client)
    {
        if (idToken.Length > LongestToken || idToken.Split('.') is not [{ Length: > 0 } header, { Length: > 0 } payload, { } signature])
        {
            return null;
        }
        if (!Base64Url.IsValid(payload) || !Base64Url.IsValid(signature)) return null;
        foreach (var key in ring.Current.Signing)
        {
            // The header that a key writes settles algorithm, type and key; an access token has another one.
            if (header != key.HeaderOf("JWT")) continue;
            return key.Verifies(Encoding.ASCII.GetBytes($"{header}.{payload}"), Base64Url.DecodeFromChars(signature))
                ? SubjectOf(Base64Url.DecodeFromChars(payload), client)
                : null;
        }

        return null;
    }

    /// <summary>The account, if it may sign in. Whether there is one is told to nobody.</summary>
    public async Task<User?> FindAsync(string hint, CancellationToken stop)
    {
        var user = Guid.TryParseExact(hint, "D", out var id) ? await accounts.FindAsync(id, stop) : await accounts.FindAsync(hint, stop);
        return user is { DisabledAt: null, DeleteAfter: null } ? user : null;
    }

    private string? SubjectOf(byte[] payload, RegisteredClient client)
    {
        using var document = JsonDocument.Parse(payload);
        var claims = document.RootElement;
        return claims.TryGetProperty("iss", out var iss) && iss.ValueEquals(issuer.IssuerText)
            && claims.TryGetProperty("aud", out var audience) && audience.ValueKind == JsonValueKind.String
            && audience.ValueEquals(client.ClientId) && claims.TryGetProperty("sub", out var subject)
            ? subject.GetString()
            : null;
    }
}
