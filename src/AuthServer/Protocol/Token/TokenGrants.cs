using AuthServer.Clients.Directory;
using AuthServer.Protocol.Assertions;
using AuthServer.Protocol.Authorization;
using AuthServer.Protocol.Pending;
using AuthServer.Protocol.Token.FirstParty;
using AuthServer.Sessions;
using AuthServer.Telemetry;

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
        if (!ClientPermissions.MayUse(request.Client, request.GrantType)) return NotPermitted;
        var hasForm = request switch
        {
            CodeGrantRequest code => AuthorizationCodes.HasForm(code.Code),
            RefreshGrantRequest refresh => RefreshTokens.HasForm(refresh.RefreshToken)
                && refresh.Http.RequestServices.GetRequiredService<RefreshTokens>().Read(refresh.RefreshToken) is not null,
            ElsewhereGrantRequest elsewhere => PendingAuthorizations.HasForm(elsewhere.Secret),
            _ => true,
        };
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
        CodeGrantRequest code => DecideAsync<AuthorizationCodeGrant, CodeGrantRequest>(code),
        RefreshGrantRequest refresh => DecideAsync<RefreshTokenGrant, RefreshGrantRequest>(refresh),
        ClientCredentialsGrantRequest own => DecideAsync<ClientCredentialsGrant, ClientCredentialsGrantRequest>(own),
        ElsewhereGrantRequest elsewhere => DecideAsync<ElsewhereGrant, ElsewhereGrantRequest>(elsewhere),
        JwtBearerGrantRequest bearer => DecideAsync<JwtBearerGrant, JwtBearerGrantRequest>(bearer),
        TokenExchangeGrantRequest exchange => DecideAsync<TokenExchangeGrant, TokenExchangeGrantRequest>(exchange),
        LoginGrantRequest login => DecideAsync<LoginGrant, LoginGrantRequest>(login),
        LoginCodeGrantRequest code => DecideAsync<LoginCodeGrant, LoginCodeGrantRequest>(code),
        _ => throw new ArgumentOutOfRangeException(nameof(request)),
    };

    private static ValueTask<GrantAnswer> DecideAsync<TGrant, TRequest>(TRequest request)
        where TGrant : ITokenGrant<TRequest>
        where TRequest : GrantRequest =>
        ClientPermissions.MayUse(request.Client, request.GrantType)
            ? request.Http.RequestServices.GetRequiredService<TGrant>().DecideAsync(request)
            : new(NotPermitted);
}
