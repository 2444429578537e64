using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Protocol.Assertions;
using AuthServer.Protocol.Authorization;
using AuthServer.Protocol.Pending;
using AuthServer.Protocol.Token.FirstParty;
using AuthServer.Sessions;
using AuthServer.Telemetry;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Token;

/// <summary>Hands a request to its grant; only that one is made.</summary>
public static class TokenGrants
{
    private static GrantAnswer.Refused NotPermitted { get; } = new(OAuthErrors.UnauthorizedClient, ClientPermissions.GrantFault);

    public static IServiceCollection AddTokenGrants(this IServiceCollection services)
    {
        services.AddSingleton<ReadySigners>();
        services.AddSingleton<AuthorizationCodeGrant>();
        services.AddSingleton<RefreshTokenGrant>();
        services.AddSingleton<ClientCredentialsGrant>();
        services.AddSingleton<PendingRedemption>();
        services.AddSingleton<ElsewhereGrant>();
        services.AddSingleton<IdentityAssertions>();
        services.AddScoped<JwtBearerGrant>();
        services.AddSingleton<ExchangedTokens>();
        services.AddSingleton<TokenExchangeGrant>();
        services.AddScoped<LoginGrant>();
        services.AddScoped<LoginCodeGrant>();
        return services;
    }

    /// <summary>What refuses a request that no database has to be asked about; its grant says the same again.</summary>
    /// <returns>Null where the grant has to decide.</returns>
    public static GrantAnswer.Refused? FindHopeless(GrantRequest request)
    {
        var (grantType, hasForm) = request switch
        {
            CodeGrantRequest code => (GrantTypes.AuthorizationCode, AuthorizationCodes.HasForm(code.Code)),
            RefreshGrantRequest refresh => (GrantTypes.RefreshToken, RefreshTokens.HasForm(refresh.RefreshToken)
                && refresh.Http.RequestServices.GetRequiredService<RefreshTokens>().Read(refresh.RefreshToken) is not null),
            ClientCredentialsGrantRequest => (GrantTypes.ClientCredentials, true),
            ElsewhereGrantRequest elsewhere => (elsewhere.GrantType, PendingAuthorizations.HasForm(elsewhere.Secret)),
            JwtBearerGrantRequest => (GrantNames.JwtBearer, true),
            TokenExchangeGrantRequest => (GrantNames.TokenExchange, true),
            _ => (GrantNames.Login, true),
        };
        if (!ClientPermissions.MayUse(request.Client, grantType)) return NotPermitted;
        return hasForm ? null : new(OAuthErrors.InvalidGrant, "What is to be exchanged for tokens is not one of this server.");
    }

    public static ValueTask<GrantAnswer> DecideAsync(GrantRequest request) =>
        Decisions.AreRecorded ? RecordedAsync(request) : FindAsync(request);

    private static async ValueTask<GrantAnswer> RecordedAsync(GrantRequest request)
    {
        var grant = TokenResponse.GrantOf(request);
        using var span = Decisions.Begin("grant " + grant);
        var answer = await FindAsync(request);
        span?.SetTag(Decisions.GrantType, grant).SetTag(Decisions.ClientId, request.Client.ClientId)
            .SetTag(Decisions.ClientType, request.Client.IsPublic ? "public" : "confidential")
            .SetTag(Decisions.Error, (answer as GrantAnswer.Refused)?.Error);
        span.End(TokenResponse.OutcomeOf(answer));
        return answer;
    }

    private static ValueTask<GrantAnswer> FindAsync(GrantRequest request) => request switch
    {
        CodeGrantRequest code => DecideAsync<AuthorizationCodeGrant, CodeGrantRequest>(GrantTypes.AuthorizationCode, code),
        RefreshGrantRequest refresh => DecideAsync<RefreshTokenGrant, RefreshGrantRequest>(GrantTypes.RefreshToken, refresh),
        ClientCredentialsGrantRequest own =>
            DecideAsync<ClientCredentialsGrant, ClientCredentialsGrantRequest>(GrantTypes.ClientCredentials, own),
        ElsewhereGrantRequest elsewhere => DecideAsync<ElsewhereGrant, ElsewhereGrantRequest>(elsewhere.GrantType, elsewhere),
        JwtBearerGrantRequest bearer => DecideAsync<JwtBearerGrant, JwtBearerGrantRequest>(GrantNames.JwtBearer, bearer),
        TokenExchangeGrantRequest exchange =>
            DecideAsync<TokenExchangeGrant, TokenExchangeGrantRequest>(GrantNames.TokenExchange, exchange),
        LoginGrantRequest login => DecideAsync<LoginGrant, LoginGrantRequest>(GrantNames.Login, login),
        LoginCodeGrantRequest code => DecideAsync<LoginCodeGrant, LoginCodeGrantRequest>(GrantNames.Login, code),
        _ => throw new ArgumentOutOfRangeException(nameof(request)),
    };

    private static ValueTask<GrantAnswer> DecideAsync<TGrant, TRequest>(string grantType, TRequest request)
        where TGrant : ITokenGrant<TRequest>
        where TRequest : GrantRequest =>
        ClientPermissions.MayUse(request.Client, grantType)
            ? request.Http.RequestServices.GetRequiredService<TGrant>().DecideAsync(request)
            : new(NotPermitted);
}
