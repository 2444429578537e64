using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AuthServer.Clients.PublicKeys;
using AuthServer.Keys;

namespace AuthServer.Protocol;

/// <summary>Answers with a JWT of this server that no cache keeps, for a client that wants a proof of what it was told.</summary>
internal static class JwtAnswer
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="signer">Null where the answer is encrypted alone.</param>
    /// <param name="envelope">Null where the answer is signed alone.</param>
    /// <param name="mediaType">Of the answer, such as application/jwt.</param>
    /// <param name="type">The <c>typ</c> of the JWT: it keeps one kind of JWT from being taken for another (RFC 8725 section 3.11).</param>
    public static async Task WriteAsync(
        HttpContext http, string mediaType, SigningRingKey? signer, string type, Envelope? envelope, Action<Utf8JsonWriter> write)
    {
        var claims = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(claims, Plain))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        var body = signer is null ? claims.WrittenSpan.ToArray() : Encoding.ASCII.GetBytes(signer.Sign(type, claims.WrittenSpan));
        if (envelope is not null) body = Encoding.ASCII.GetBytes(envelope.Seal(body, isJwt: signer is not null));
        http.Response.StatusCode = StatusCodes.Status200OK;
        http.Response.ContentType = mediaType;
        http.Response.ContentLength = body.Length;
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }
}
