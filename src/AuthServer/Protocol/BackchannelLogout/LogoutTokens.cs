using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using AuthServer.Configuration;
using AuthServer.Keys;
using AuthServer.Protocol.ClientNotices;

namespace AuthServer.Protocol.BackchannelLogout;

/// <summary>Writes logout tokens (OpenID Connect Back-Channel Logout 1.0 section 2.4).</summary>
public sealed class LogoutTokens(KeyRing ring, IssuerOptions issuer, TimeProvider time)
{
    /// <summary>The <c>typ</c> of the header, which keeps it from being taken for an ID token.</summary>
    public const string Type = "logout+jwt";

    private const string Event = "http://schemas.openid.net/event/backchannel-logout";

    // Section 2.4 recommends two minutes at most: a captured token is of no use later.
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(2);

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <remarks>
    /// Made anew for each attempt: with another jti too, because a client that had a fault of its own may remember the one before.
    /// Never with a nonce (section 2.4).
    /// </remarks>
    /// <exception cref="SigningUnavailableException">The machine that holds the key is away.</exception>
    /// <param name="subject">The person as the client knows them; null where nothing says so any more.</param>
    public string Write(ClaimedNotice notice, string? subject)
    {
        var now = time.GetUtcNow();
        var payload = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(payload, Plain))
        {
            json.WriteStartObject();
            json.WriteString("iss", issuer.IssuerText);
            json.WriteString("aud", notice.ClientId);
            json.WriteNumber("iat", now.ToUnixTimeSeconds());
            json.WriteNumber("exp", (now + Life).ToUnixTimeSeconds());
            json.WriteString("jti", Guid.CreateVersion7(now));
            if (subject is not null) json.WriteString("sub", subject);
            json.WriteString("sid", notice.About);
            json.WriteStartObject("events");
            json.WriteStartObject(Event);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        // Section 2.6: the client verifies it as it verifies its ID tokens.
        return ring.Current.Signer(notice.SigningAlg).Sign(Type, payload.WrittenSpan);
    }
}
