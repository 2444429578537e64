using System.Text.Json.Serialization;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>The body of POST /v1/auth/login.</summary>
/// <param name="ClientId">Absent: the built-in first-party client.</param>
/// <param name="RefreshCookie">The refresh token travels in a cookie, and not in the answer.</param>
/// <param name="Scope">Absent: what the client is registered for, without the right to change the account and without other people's
/// accounts.</param>
public sealed record LoginRequest(
    string Email, string Password, string? ClientId = null, bool RefreshCookie = false, string? Scope = null);

/// <summary>The body of POST /v1/auth/login with a code: the second one of a login, or that after POST /v1/auth/email-code.</summary>
/// <param name="Challenge">Of the answer that asks for the code.</param>
/// <param name="Code">Of the authenticator app, a recovery code, or the one of the mail.</param>
/// <param name="ClientId">As in the request before.</param>
public sealed record LoginCodeRequest(string Challenge, string Code, string? ClientId = null, bool RefreshCookie = false);

/// <summary>The body of POST /v1/auth/refresh.</summary>
/// <param name="RefreshToken">Absent: the one of the cookie.</param>
/// <param name="Scope">Narrows the new access token (RFC 6749 section 6).</param>
public sealed record RefreshRequest(string? RefreshToken = null, string? ClientId = null, string? Scope = null);

/// <summary>The body of POST /v1/auth/logout.</summary>
/// <param name="RefreshToken">Absent: the bearer token of the header, or the refresh token of the cookie.</param>
public sealed record LogoutRequest(string? RefreshToken = null, string? ClientId = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
        MaxDepth = JsonApi.JsonBody.MaxDepth)]
[JsonSerializable(typeof(LoginRequest))]
[JsonSerializable(typeof(LoginCodeRequest))]
[JsonSerializable(typeof(RefreshRequest))]
[JsonSerializable(typeof(LogoutRequest))]
internal sealed partial class FirstPartyJson : JsonSerializerContext;
