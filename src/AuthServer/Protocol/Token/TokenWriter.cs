using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Clients.Directory;
using AuthServer.Configuration;
using AuthServer.Keys;
using AuthServer.Protocol.Claims;
using AuthServer.Protocol.Details;
using AuthServer.Sessions;
using AuthServer.Sessions.Senders;

namespace AuthServer.Protocol.Token;

/// <summary>Writes access tokens (RFC 9068) and ID tokens (OpenID Connect Core 2) from their content.</summary>
public sealed class TokenWriter(KeyRing ring, IssuerOptions issuer, LifetimeOptions lifetimes, TimeProvider time)
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const int LongestOnStack = 2048;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _payload;

    /// <summary>Seconds that an access token, and an ID token, lives.</summary>
    public long ExpiresIn(TokenContent content) => (long)(content.Lifetime ?? lifetimes.AccessToken).TotalSeconds;

    /// <summary>Seconds that this access token lives.</summary>
    public long LifeOf(TokenContent content) => content.NotAfter is { } end
        ? Math.Clamp(end - time.GetUtcNow().ToUnixTimeSeconds(), 0, ExpiresIn(content))
        : ExpiresIn(content);

    /// <param name="sender">To whose key the token is bound; null: a bearer token.</param>
    public string AccessToken(TokenContent content, Sender? sender = null)
    {
        using var json = Begin(out var payload);
        WriteTimes(json, LifeOf(content));
        WriteAudience(json, content.Audience);
        json.WriteString("scope", string.Join(' ', content.Scopes));
        json.WriteString("jti", Guid.CreateVersion7(time.GetUtcNow()));
        json.WriteString("sub", content.Subject);
        WriteSession(json, content);
        json.WriteString("client_id", content.ClientId);
        if (content.Actor is { } actor)
        {
            json.WritePropertyName(Delegations.Claim);
            actor.WriteTo(json);
        }
        if (content.MayAct is { } mayAct)
        {
            json.WritePropertyName(Delegations.PermissionClaim);
            mayAct.WriteTo(json);
        }

        sender?.WriteTo(json);
        WriteDetails(json, content);
        WriteMembers(json, content.AccessClaims);
        json.WriteEndObject();
        json.Flush();
        return ring.Current.Signer(content.AccessTokenAlgorithm).Sign(AccessTokenReader.Type, payload.WrittenSpan);
    }

    public string IdToken(TokenContent content, RegisteredClient client, string accessToken)
    {
        using var json = Begin(out var payload);
        WriteTimes(json, ExpiresIn(content));
        json.WriteString("aud", content.ClientId);
        json.WriteString("azp", content.ClientId);
        json.WriteString("sub", content.Subject);
        WriteSession(json, content);
        if (!content.Amr.IsEmpty)
        {
            json.WriteStartArray("amr");
            foreach (var method in content.Amr) json.WriteStringValue(method);
            json.WriteEndArray();
        }

        if (content.Nonce is not null) json.WriteString("nonce", content.Nonce);
        json.WriteString("at_hash", HalfHash(accessToken));
        WriteMembers(json, content.PersonClaims);
        json.WriteEndObject();
        json.Flush();
        return ring.Current.Signer(client.IdTokenSignedResponseAlg).Sign("JWT", payload.WrittenSpan);
    }

    /// <summary>
    /// OpenID Connect Core 3.1.3.6: the left half of the hash of the token's ASCII form; every algorithm here is of SHA-256.
    /// </summary>
    internal static string HalfHash(string accessToken)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> text = accessToken.Length <= LongestOnStack ? stackalloc byte[LongestOnStack] : new byte[accessToken.Length];
        SHA256.HashData(text[..Encoding.ASCII.GetBytes(accessToken, text)], hash);
        return Base64Url.EncodeToString(hash[..(SHA256.HashSizeInBytes / 2)]);
    }

    private Utf8JsonWriter Begin(out ArrayBufferWriter<byte> payload)
    {
        payload = _payload ??= new ArrayBufferWriter<byte>(1024);
        payload.ResetWrittenCount();
        var json = new Utf8JsonWriter(payload, Plain);
        json.WriteStartObject();
        json.WriteString("iss", issuer.IssuerText);
        return json;
    }

    private void WriteTimes(Utf8JsonWriter json, long life)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        json.WriteNumber("exp", now + life);
        json.WriteNumber("iat", now);
    }

    private static void WriteAudience(Utf8JsonWriter json, ImmutableArray<string> audience)
    {
        // RFC 7519 section 4.1.3: one audience may stand as a text.
        if (audience is [var one])
        {
            json.WriteString("aud", one);
            return;
        }

        json.WriteStartArray("aud");
        foreach (var resource in audience) json.WriteStringValue(resource);
        json.WriteEndArray();
    }

    /// <summary>The same in the token and in the answer (RFC 9396 sections 7 and 9.1).</summary>
    internal static void WriteDetails(Utf8JsonWriter json, TokenContent content)
    {
        if (content.Details is null) return;
        json.WritePropertyName(AuthorizationDetails.Parameter);
        json.WriteRawValue(content.Details);
    }

    private static void WriteMembers(Utf8JsonWriter json, JsonObject? claims)
    {
        if (claims is null) return;
        foreach (var (name, value) in claims)
        {
            json.WritePropertyName(name);
            if (value is null) json.WriteNullValue();
            else value.WriteTo(json);
        }
    }

    private static void WriteSession(Utf8JsonWriter json, TokenContent content)
    {
        if (content.SessionId is not null) json.WriteString("sid", content.SessionId);
        if (content.AuthTime is { } authTime) json.WriteNumber("auth_time", authTime);
        if (content.Acr is not null) json.WriteString("acr", content.Acr);
    }
}
