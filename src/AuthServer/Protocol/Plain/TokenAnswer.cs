using System.Buffers;
using System.Text.Json;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Protocol.Token;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Plain;

/// <summary>Writes what a grant decided as RFC 6749 sections 5.1 and 5.2 have it.</summary>
public sealed class TokenAnswer(TokenWriter tokens, Refusals refusals)
{
    public ValueTask WriteAsync(HttpContext http, RegisteredClient client, GrantRequest request, GrantAnswer answer)
    {
        // RFC 6749 section 5.1 asks for it beside Cache-Control.
        http.Response.Headers.Pragma = "no-cache";
        return answer switch
        {
            GrantAnswer.Granted granted => JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, (Tokens: this, client, request, granted),
                static (json, x) => x.Tokens.Write(json, x.client, x.request, x.granted)),
            GrantAnswer.Refused refused => RefuseAsync(http, refused),
            GrantAnswer.Answered(var problem) => new(problem.ExecuteAsync(http)),
            _ => throw new ArgumentOutOfRangeException(nameof(answer)),
        };
    }

    private ValueTask RefuseAsync(HttpContext http, GrantAnswer.Refused refused)
    {
        if (refused.Error == OAuthErrors.InvalidGrant) refusals.Record(RefusalKinds.InvalidGrant, Caller.Of(http));
        return JsonAnswer.WriteAsync(http, StatusCodes.Status400BadRequest, refused, static (json, x) =>
        {
            json.WriteString(Parameters.Error, x.Error);
            json.WriteString(Parameters.ErrorDescription, x.Description);
        });
    }

    private void Write(Utf8JsonWriter json, RegisteredClient client, GrantRequest request, GrantAnswer.Granted granted)
    {
        var content = granted.Content;
        var accessToken = tokens.AccessToken(content);
        json.WriteString(Parameters.AccessToken, accessToken);
        json.WriteString(Parameters.TokenType, TokenTypes.Bearer);
        json.WriteNumber(Parameters.ExpiresIn, (long)TokenWriter.Life.TotalSeconds);
        // RFC 6749 section 5.1: required where it differs from what was asked for.
        if (request.Scopes.Length != content.Scopes.Length || request.Scopes.Except(content.Scopes).Any()) json.WriteString(Parameters.Scope, string.Join(' ', content.Scopes));
        // At /v1/auth nobody asked for one.
        if (request.Login is null && content.Scopes.Contains(Scopes.OpenId)) json.WriteString(Parameters.IdToken, tokens.IdToken(content, client, accessToken));
        if (granted.RefreshToken is { } refreshToken) json.WriteString(Parameters.RefreshToken, refreshToken.Text);
    }
}

/// <summary>A JSON answer that nobody keeps.</summary>
internal static class JsonAnswer
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _body;

    public static async ValueTask WriteAsync<TState>(HttpContext http, int status, TState state, Action<Utf8JsonWriter, TState> write)
    {
        // Written whole before the first await: the buffer belongs to the thread.
        var body = _body ??= new ArrayBufferWriter<byte>(4096);
        body.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            write(json, state);
            json.WriteEndObject();
        }

        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = "application/json;charset=UTF-8";
        response.ContentLength = body.WrittenCount;
        response.Headers.CacheControl = "no-store";
        body.WrittenSpan.CopyTo(response.BodyWriter.GetSpan(body.WrittenCount));
        response.BodyWriter.Advance(body.WrittenCount);
        await response.BodyWriter.FlushAsync(http.RequestAborted);
    }
}
