using System.Text.Json.Serialization.Metadata;
using AuthServer.Clients.Metadata;
using AuthServer.JsonApi;
using AuthServer.Protocol.Errors;
using AuthServer.RateLimits;
using AuthServer.Sessions;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>
/// Reads the requests of the token and revocation endpoints: JSON at /v1/auth, which decides the grant, and forms elsewhere.
/// </summary>
public sealed class FirstPartyIntake<TContext>(RefreshCookie cookie, BearerLogout bearerLogout, RefreshTokens tokens, ApiBudgetGate budget)
    : IOpenIddictServerHandler<TContext>
    where TContext : BaseValidatingContext
{
    private readonly FormIntake<TContext> _forms = new();

    public async ValueTask HandleAsync(TContext context)
    {
        var http = context.Transaction.GetHttpRequest()!;
        var route = FirstPartyPaths.Of(http.Path);
        if (route == FirstPartyRoute.Standard)
        {
            await _forms.HandleAsync(context);
            return;
        }

        if (route == FirstPartyRoute.Unknown) context.Refuse(Problem.NotFound("There is nothing at this address."));
        else if (!HttpMethods.IsPost(http.Method)) context.Refuse(Problem.MethodNotAllowed(HttpMethods.Post));
        else if (route == FirstPartyRoute.Login) await ReadLoginAsync(context, http);
        else if (route == FirstPartyRoute.Refresh) await ReadRefreshAsync(context, http);
        else await ReadLogoutAsync(context, http);
    }

    private async Task ReadLoginAsync(TContext context, HttpRequest http)
    {
        if (IsRefused(context, await budget.TryEnterAsAddressAsync(http.HttpContext))) return;
        var (bytes, problem) = await JsonBody.ReadBytesAsync(http, http.HttpContext.RequestAborted);
        FirstPartyCall? call = null;
        string? named = null;
        if (bytes is not null && JsonBody.HasMember(bytes, "challenge"))
        {
            (var code, problem) = JsonBody.Parse(bytes, FirstPartyJson.Default.LoginCodeRequest);
            if (code is not null) (named, call) = (code.ClientId, new(FirstPartyRoute.Login, code.RefreshCookie) { LoginCode = code });
        }
        else if (bytes is not null)
        {
            (var login, problem) = JsonBody.Parse(bytes, FirstPartyJson.Default.LoginRequest);
            if (login is not null) (named, call) = (login.ClientId, new(FirstPartyRoute.Login, login.RefreshCookie) { Login = login });
        }

        if (problem is not null) context.Refuse(problem);
        if (call is null || !IsNamed(context, http, named, out var clientId)) return;
        call.AttachTo(context.Transaction);
        context.Transaction.Request = new OpenIddictRequest { GrantType = GrantNames.Login, ClientId = clientId };
    }

    private async Task ReadRefreshAsync(TContext context, HttpRequest http)
    {
        var body = BodyPresence.IsMissing(http) ? new() : await ReadAsync(context, http, FirstPartyJson.Default.RefreshRequest);
        if (body is null || await TokenOfAsync(context, http, FirstPartyRoute.Refresh, body.RefreshToken) is not { } token
            || !IsNamed(context, http, body.ClientId, out var clientId))
        {
            return;
        }
        context.Transaction.Request = new OpenIddictRequest
        {
            GrantType = GrantTypes.RefreshToken,
            RefreshToken = token,
            Scope = body.Scope,
            ClientId = clientId,
        };
    }

    private async Task ReadLogoutAsync(TContext context, HttpRequest http)
    {
        var body = BodyPresence.IsMissing(http) ? new() : await ReadAsync(context, http, FirstPartyJson.Default.LogoutRequest);
        if (body is null) return;
        if (body.RefreshToken is null && BearerLogout.TokenOf(http) is { } bearer)
        {
            if (await bearerLogout.LogOutAsync(http.HttpContext, bearer) is { } problem) context.Refuse(problem);
            else context.HandleRequest();
            return;
        }

        if (await TokenOfAsync(context, http, FirstPartyRoute.Logout, body.RefreshToken) is not { } token
            || !IsNamed(context, http, body.ClientId, out var clientId))
        {
            return;
        }
        context.Transaction.Request = new OpenIddictRequest
        {
            Token = token,
            TokenTypeHint = TokenTypeHints.RefreshToken,
            ClientId = clientId,
        };
    }

    /// <summary>The refresh token of the body, otherwise that of the cookie.</summary>
    private async ValueTask<string?> TokenOfAsync(TContext context, HttpRequest http, FirstPartyRoute route, string? inBody)
    {
        var token = inBody ?? cookie.Read(http.HttpContext);
        var known = token is null ? null : tokens.Read(token);
        var refusal = await (known is null
            ? budget.TryEnterAsAddressAsync(http.HttpContext)
            : budget.TryEnterAsSessionAsync(http.HttpContext, known.SessionId));
        if (IsRefused(context, refusal)) return null;
        if (token is null)
        {
            context.Refuse(Problem.Unauthorized("Send refresh_token in the body, or the cookie that a login with refresh_cookie gave."));
        }
        else if (token.Length == 0) context.Refuse(Problem.BadRequest("refresh_token", "is empty."));
        else new FirstPartyCall(route, CookieMode: inBody is null).AttachTo(context.Transaction);
        return token is { Length: > 0 } ? token : null;
    }

    private static bool IsRefused(TContext context, Problem? problem)
    {
        if (problem is not null) context.Refuse(problem);
        return problem is not null;
    }

    private async Task<TBody?> ReadAsync<TBody>(TContext context, HttpRequest http, JsonTypeInfo<TBody> type) where TBody : class
    {
        var (body, problem) = await JsonBody.ReadAsync(http, type, http.HttpContext.RequestAborted);
        if (problem is not null) context.Refuse(await budget.TryEnterAsAddressAsync(http.HttpContext) ?? problem);
        return body;
    }

    private static bool IsNamed(TContext context, HttpRequest http, string? named, out string? clientId)
    {
        (clientId, var problem) = FirstPartyClient.Of(http, named);
        return !IsRefused(context, problem);
    }
}
