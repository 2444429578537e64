using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Clients.PublicKeys;
using AuthServer.Data.Entities;
using AuthServer.Protocol.Pending;
using AuthServer.Protocol.Token;
using AuthServer.Sessions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.CibaCallback;

/// <summary>Writes what a client is sent in push mode (CIBA Core 1.0 sections 10.3.1 and 12).</summary>
/// <remarks>
/// The first attempt redeems the request and opens the session. Later ones send tokens of that session, with the same refresh token, so
/// that a client which has taken one of them and was not heard has the same as with all.
/// </remarks>
public sealed class PushedTokens(
    PendingRedemption redemption, SessionTokens tokens, ReadySigners signers, ClientSessions sessions, RefreshTokens refreshTokens,
    NotificationSealing sealing, TokenWriter writer)
{
    private const string RequestIdClaim = "urn:openid:params:jwt:claim:auth_req_id";
    private const string RefreshHashClaim = "urn:openid:params:jwt:claim:rt_hash";

    // Section 12.
    private const string Failed = "transaction_failed";

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="Keys.SigningUnavailableException">A key is away; nothing is redeemed then.</exception>
    /// <param name="envelope">For the ID token of a client that wants it encrypted.</param>
    public async Task<byte[]> WriteAsync(
        RegisteredClient client, PolledAuthorization decided, NotificationSecrets secrets, Envelope? envelope)
    {
        // No request stands behind it: nobody proves a key, and nobody narrows.
        var request = new ElsewhereGrantRequest(new DefaultHttpContext(), client, PendingKind.Backchannel, secrets.RequestId)
        {
            Envelope = envelope,
        };
        var content = decided.Content;
        // Before a session is opened that has no tokens.
        if (secrets.Session is null && await tokens.FindFaultAsync(
            request, decided.UserId!.Value, content.Scopes, content.Resources, CancellationToken.None) is { } noTarget)
        {
            return Error(secrets, Failed, noTarget.Description);
        }

        await signers.RequireAsync(request, content.Scopes, content.Resources, withIdToken: true);
        var (session, refreshToken) = secrets.Session is { } known
            ? (await sessions.FindAsync(known, CancellationToken.None),
                secrets.RefreshToken is { } text ? refreshTokens.Read(text) : null)
            : await OpenAsync(request, decided, secrets);
        if (session is null) return Error(secrets, Failed, "The person has signed out since, or it is too late.");
        return await tokens.GrantAsync(request, session, content.Scopes, refreshToken, nonce: null, CancellationToken.None) switch
        {
            GrantAnswer.Granted granted => Write(request, Bound(granted, secrets), secrets),
            GrantAnswer.Refused refused => Error(secrets, Failed, refused.Description),
            _ => Error(secrets, Failed, "There are no tokens for it."),
        };
    }

    public static byte[] Error(NotificationSecrets secrets, string error, string description) => Write(json =>
    {
        json.WriteString("auth_req_id", secrets.RequestId);
        json.WriteString(Parameters.Error, error);
        json.WriteString(Parameters.ErrorDescription, description);
    });

    private async Task<(GrantedSession? Session, RefreshToken? Token)> OpenAsync(
        GrantRequest request, PolledAuthorization decided, NotificationSecrets secrets)
    {
        var asked = decided.Content;
        var (_, session, token) = await redemption.OpenAsync(
            request, decided, new Caller(asked.Address, asked.UserAgent, reference: null),
            (id, first) => asked with
            {
                Notification = asked.Notification! with
                {
                    Sealed = sealing.Seal(secrets with { Session = id, RefreshToken = first?.Text }),
                },
            });
        return (session, token);
    }

    // Section 10.3.1: the ID token binds the others to the request.
    private static GrantAnswer.Granted Bound(GrantAnswer.Granted granted, NotificationSecrets secrets)
    {
        var claims = granted.Content.PersonClaims ?? new JsonObject();
        claims[RequestIdClaim] = secrets.RequestId;
        if (granted.RefreshToken is { } token) claims[RefreshHashClaim] = TokenWriter.HalfHash(token.Text);
        return granted with { Content = granted.Content with { PersonClaims = claims } };
    }

    private byte[] Write(GrantRequest request, GrantAnswer.Granted granted, NotificationSecrets secrets) => Write(json =>
    {
        json.WriteString("auth_req_id", secrets.RequestId);
        TokenResponse.Write(json, writer, request, granted);
    });

    private static byte[] Write(Action<Utf8JsonWriter> members)
    {
        var body = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(body, Plain))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
    }
}
