using AuthServer.Clients;
using AuthServer.Clients.Scopes;
using AuthServer.Configuration;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Protocol.Authorization;
using AuthServer.Protocol.Authorization.Consent;
using AuthServer.Protocol.BackchannelLogout;
using AuthServer.Protocol.Ciba;
using AuthServer.Protocol.CibaCallback;
using AuthServer.Protocol.Claims;
using AuthServer.Protocol.ClientNotices;
using AuthServer.Protocol.ClientProof;
using AuthServer.Protocol.DeviceAuthorization;
using AuthServer.Protocol.Discovery;
using AuthServer.Protocol.EndSession;
using AuthServer.Protocol.Errors;
using AuthServer.Protocol.Introspection;
using AuthServer.Protocol.Plain;
using AuthServer.Protocol.PushedAuthorization;
using AuthServer.Protocol.Registration;
using AuthServer.Protocol.RequestObjects;
using AuthServer.Protocol.Revocation;
using AuthServer.Protocol.SessionManagement;
using AuthServer.Protocol.Token;
using AuthServer.Protocol.Token.FirstParty;
using AuthServer.Protocol.UserInfo;
using AuthServer.Sessions;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using Library = OpenIddict.Server.OpenIddictServerHandlers;
using Web = OpenIddict.Server.AspNetCore.OpenIddictServerAspNetCoreHandlers;

namespace AuthServer.Protocol;

/// <summary>The one place where OpenIddict is set up: endpoints, flows, lifetimes, and which handler does what.</summary>
public static class OpenIddictServer
{
    public static IServiceCollection AddProtocol(this IServiceCollection services)
    {
        services.AddSingleton<ServerKeys>();
        services.AddSingleton<IConfigureOptions<OpenIddictServerOptions>>(s => s.GetRequiredService<ServerKeys>());
        services.AddSingleton<IOptionsChangeTokenSource<OpenIddictServerOptions>>(s => s.GetRequiredService<ServerKeys>());
        services.AddSingleton<Interactions>();
        services.AddSingleton<ShownConsents>();
        services.AddSingleton<TokenAudience>();
        services.AddSingleton<RequestedScopes>();
        services.AddSingleton<LeftOutScopes>();
        services.AddSingleton<ClientAuthentication>();
        services.AddSingleton<ClientRequestLimit>();
        services.AddSingleton<TokenResponse>();
        services.AddSingleton<RequestSender>();
        services.AddScoped<ClientAssertion>();
        services.AddSingleton<TokenWriter>();
        services.AddSingleton<AuthorizationCodes>();
        services.AddScoped<ConsentStore>();
        services.AddSingleton<ConsentRequirement>();
        services.AddScoped<AuthorizationDecisions>();
        services.AddSingleton<SessionTokens>();
        services.AddSingleton<UserInfoClaims>();
        services.AddSingleton<TokenDisclosure>();
        services.AddSingleton<SignedIntrospection>();
        services.AddSingleton<TokenSubjects>();
        services.AddTokenGrants();
        services.AddClientNotices().AddBackchannelLogout().AddCibaCallback();
        services.AddClientRegistration().AddSingleton<SessionState>();
        services.AddFirstParty();
        services.AddPlainRequests();
        services.AddOptions<OpenIddictServerOptions>().Configure<IssuerOptions, LifetimeOptions, TimeProvider>((
            options, issuer, lifetimes, time) =>
        {
            options.Issuer = issuer.Issuer;
            options.TimeProvider = time;
            (options.AccessTokenLifetime, options.IdentityTokenLifetime) = (lifetimes.AccessToken, lifetimes.AccessToken);
            options.AuthorizationCodeLifetime = AuthorizationCodes.Life;
        });
        services.AddOptions<OpenIddictServerAspNetCoreOptions>()
            .Configure<IssuerOptions>(
                (options, issuer) => options.DisableTransportSecurityRequirement = issuer.Issuer.Scheme == Uri.UriSchemeHttp);

        services.AddOpenIddict()
            .AddCore(
                core =>
                    core.UseEntityFrameworkCore().UseDbContext<AuthDbContext>()
                        .ReplaceDefaultEntities<Client, Data.Entities.Authorization, Scope, Data.Entities.Token, Guid>())
            .AddCore(core => core.UseClientCache())
            .AddServer(ConfigureServer);
        services.AddDeviceAuthorization();
        services.AddCiba();
        services.Replace(ServiceDescriptor.Scoped<IOpenIddictServerDispatcher, HandlerDispatch>());
        return services;
    }

    /// <summary>Maps the pages of the protocol that are not endpoints of OpenIddict.</summary>
    public static void MapProtocol(this IEndpointRouteBuilder routes)
    {
        routes.MapConsentPages();
        routes.MapSignInCancellation();
        routes.MapFirstParty();
        routes.MapCheckSession();
        routes.MapClientRegistration();
        routes.MapDeviceAuthorization();
        routes.MapCiba();
    }

    private static void ConfigureServer(OpenIddictServerBuilder server)
    {
        server.SetAuthorizationEndpointUris(Relative(ProtocolPaths.Authorization))
            .SetPushedAuthorizationEndpointUris(Relative(ProtocolPaths.PushedAuthorization))
            // The first one stands in the discovery document.
            .SetTokenEndpointUris(Relative(ProtocolPaths.Token), Relative(ApiPaths.Login), Relative(ApiPaths.Refresh))
            .SetUserInfoEndpointUris(Relative(ProtocolPaths.UserInfo))
            .SetIntrospectionEndpointUris(Relative(ProtocolPaths.Introspection))
            .SetRevocationEndpointUris(Relative(ProtocolPaths.Revocation), Relative(ApiPaths.Logout))
            .SetEndSessionEndpointUris(Relative(ProtocolPaths.EndSession))
            // OpenID Connect Discovery 1.0 section 4 and RFC 8414 section 3.
            .SetConfigurationEndpointUris(Relative(ProtocolPaths.Discovery), Relative(ProtocolPaths.ServerMetadata))
            .SetJsonWebKeySetEndpointUris(Relative(ProtocolPaths.Keys));

        server.AllowAuthorizationCodeFlow().AllowRefreshTokenFlow().AllowClientCredentialsFlow();
        server.RegisterPromptValues("create");
        // These scopes have no row; without this OpenIddict refuses them as unknown.
        server.RegisterScopes([.. ScopeNames.Standard]);
        // Resource servers read access tokens; nothing in them is secret.
        server.DisableAccessTokenEncryption();
        // Resources are judged against the scopes that are really granted (TokenAudience), consents are ours (ConsentStore).
        server.DisableResourceValidation().IgnoreResourcePermissions().DisableAudienceValidation().IgnoreAudiencePermissions();
        // Scopes too: a scope beyond the registered ones is invalid_scope, which OpenIddict answers in other words.
        server.IgnoreScopePermissions();
        server.DisableAuthorizationStorage();
        server.Configure(options => options.CodeChallengeMethods.Remove(CodeChallengeMethods.Plain));
        server.UseAspNetCore().SuppressJsonResponseIndentation().SetRealm(BasicCredentials.Realm);

        AddAuthorization(server);
        server.AddPushedAuthorization();
        server.AddRequestObjects();
        server.AddSignedResponses();
        AddClientProof(server);
        AddTokens(server);
        server.AddFirstParty();
        server.AddDeviceAuthorization();
        server.AddCiba();
        AddOthers(server);
    }

    // OpenIddict puts them below the issuer; a leading slash would make them file addresses on Unix.
    private static string Relative(string path) => path[1..];

    private static void AddAuthorization(OpenIddictServerBuilder server)
    {
        // RFC 6749 section 3.1: parameters without a meaning are ignored. Some client libraries name their API in this one.
        server.RemoveEventHandler(Library.Authentication.ValidateAudienceParameter.Descriptor);
        server.AddEventHandler<ExtractAuthorizationRequestContext>(
            h => h.UseSingletonHandler<PostedRequest<ExtractAuthorizationRequestContext>>().SetOrder(int.MinValue + 50_000));
        server.AddEventHandler<ValidateAuthorizationRequestContext>(
            h => h.UseScopedHandler<AuthorizationScopes>().SetOrder(int.MinValue + 50_000));
        server.AddEventHandler<ValidateAuthorizationRequestContext>(h => h.UseSingletonHandler<AuthorizationParameters>()
            .SetOrder(Library.Authentication.ValidateClientRedirectUri.Descriptor.Order + 500));
        server.RemoveEventHandler(Library.Authentication.ValidateEndpointPermissions.Descriptor);
        server.RemoveEventHandler(Library.Authentication.ValidateGrantTypePermissions.Descriptor);
        server.RemoveEventHandler(Library.Authentication.ValidateResponseTypePermissions.Descriptor);
        server.RemoveEventHandler(Library.Authentication.ValidateProofKeyForCodeExchangeRequirement.Descriptor);
        server.AddEventHandler<ValidateAuthorizationRequestContext>(h => h.UseSingletonHandler<AuthorizationPermissions>()
            .SetOrder(Library.Authentication.ValidateEndpointPermissions.Descriptor.Order));
        server.AddEventHandler<HandleAuthorizationRequestContext>(h => h.UseScopedHandler<AuthorizationEndpoint>().SetOrder(100_000));
        server.AddEventHandler<ApplyAuthorizationResponseContext>(h => h.UseScopedHandler<ResponseIssuer>()
            .SetOrder(Library.Authentication.AttachIssuer.Descriptor.Order + 500));
        server.AddEventHandler<ApplyAuthorizationResponseContext>(h => h.UseSingletonHandler<SessionState>()
            .SetOrder(Library.Authentication.AttachIssuer.Descriptor.Order + 400));
        server.AddEventHandler<ApplyAuthorizationResponseContext>(h => h.UseScopedHandler<ErrorRedirection>()
            .SetOrder(Library.Authentication.InferResponseMode.Descriptor.Order + 500));
        // After the response is signed, and before it is sent.
        server.AddEventHandler<ApplyAuthorizationResponseContext>(h => h.UseSingletonHandler<HeldBackError>()
            .SetOrder(Web.Authentication.ProcessFormPostResponse.Descriptor.Order - 400));
        server.RemoveEventHandler(Web.Authentication.ProcessQueryResponse.Descriptor);
        server.RemoveEventHandler(Web.Authentication.ProcessFragmentResponse.Descriptor);
        server.AddEventHandler<ApplyAuthorizationResponseContext>(h => h.UseSingletonHandler<RedirectedResponse>()
            .SetOrder(Web.Authentication.ProcessQueryResponse.Descriptor.Order));
        server.RemoveEventHandler(Web.Authentication.ProcessFormPostResponse.Descriptor);
        server.AddEventHandler<ApplyAuthorizationResponseContext>(h => h.UseSingletonHandler<FormPostResponse>()
            .SetOrder(Web.Authentication.ProcessFormPostResponse.Descriptor.Order));
        server.AddEventHandler<ApplyAuthorizationResponseContext>(h => h.UseScopedHandler<ErrorPages<ApplyAuthorizationResponseContext>>()
            .SetOrder(Web.ProcessJsonResponse<ApplyAuthorizationResponseContext>.Descriptor.Order - 500));
        server.AddEventHandler<GenerateTokenContext>(
            h => h.UseSingletonHandler<CodeIssue>().SetOrder(Library.Protection.CreateTokenEntry.Descriptor.Order - 400));
    }

    private static void AddTokens(OpenIddictServerBuilder server)
    {
        var afterParameters = Library.Protection.ResolveTokenValidationParameters.Descriptor.Order;
        server.AddEventHandler<ValidateTokenContext>(h => h.UseScopedHandler<RefreshTokenIntake>().SetOrder(afterParameters + 500));
        server.AddEventHandler<ValidateTokenContext>(h => h.UseSingletonHandler<AccessTokenIntake>().SetOrder(afterParameters + 900));
        server.RemoveEventHandler(Library.Protection.ValidateReferenceTokenIdentifier.Descriptor);
        server.AddEventHandler<ValidateTokenContext>(h => h.UseScopedHandler<ReferenceTokens>()
            .SetOrder(Library.Protection.ValidateReferenceTokenIdentifier.Descriptor.Order));
        server.AddEventHandler<ProcessAuthenticationContext>(h => h.UseSingletonHandler<TokenInputs>()
            .SetOrder(Library.EvaluateValidatedTokens.Descriptor.Order + 500));
        server.LeaveToGrants();
        server.AddEventHandler<HandleTokenRequestContext>(h => h.UseScopedHandler<TokenEndpoint>().SetOrder(100_000));
    }

    private static void AddClientProof(OpenIddictServerBuilder server)
    {
        server.RemoveEventHandler(Library.ValidateClientCertificate.Descriptor);
        server.RemoveEventHandler(Library.ValidateClientAssertion.Descriptor);
        server.RemoveEventHandler(Library.ValidateClientAssertionWellknownClaims.Descriptor);
        server.RemoveEventHandler(Library.ValidateClientAssertionIssuer.Descriptor);
        server.RemoveEventHandler(Library.ValidateClientType.Descriptor);
        server.RemoveEventHandler(Library.ValidateClientSecret.Descriptor);
        server.RemoveEventHandler(Library.Introspection.ValidateClientCredentialsParameters.Descriptor);
        server.RemoveEventHandler(Library.Introspection.ValidateEndpointPermissions.Descriptor);
        server.RemoveEventHandler(Library.Revocation.ValidateClientCredentialsParameters.Descriptor);
        server.RemoveEventHandler(Library.Revocation.ValidateEndpointPermissions.Descriptor);
        LeaveHeaderToClientAuthentication<ExtractTokenRequestContext>(server);
        LeaveHeaderToClientAuthentication<ExtractIntrospectionRequestContext>(server);
        LeaveHeaderToClientAuthentication<ExtractRevocationRequestContext>(server);
        LeaveHeaderToClientAuthentication<ExtractPushedAuthorizationRequestContext>(server);
        server.AddEventHandler<ProcessAuthenticationContext>(h => h.UseSingletonHandler<ClientAuthenticationHandler>()
            .SetOrder(Library.ValidateClientAssertion.Descriptor.Order));
    }

    private static void LeaveHeaderToClientAuthentication<TContext>(OpenIddictServerBuilder server) where TContext : BaseValidatingContext
    {
        server.RemoveEventHandler(Web.ValidateClientAuthenticationMethod<TContext>.Descriptor);
        server.RemoveEventHandler(Web.ExtractBasicAuthenticationCredentials<TContext>.Descriptor);
    }

    private static void AddOthers(OpenIddictServerBuilder server)
    {
        server.AddEventHandler<HandleConfigurationRequestContext>(h => h.UseScopedHandler<DiscoveryMetadata>()
            .SetOrder(Library.Discovery.AttachAdditionalMetadata.Descriptor.Order + 500));
        server.AddEventHandler<ApplyConfigurationResponseContext>(h => h.UseScopedHandler<DiscoveryIssuer>().SetOrder(int.MinValue + 50));
        server.AddEventHandler<ApplyConfigurationResponseContext>(h => h.UseSingletonHandler<MtlsAliases>().SetOrder(int.MinValue + 60));

        server.RemoveEventHandler(Web.ExtractGetOrPostRequest<ExtractUserInfoRequestContext>.Descriptor);
        server.AddEventHandler<ExtractUserInfoRequestContext>(h => h.UseSingletonHandler<UserInfoRequest>()
            .SetOrder(Web.ExtractGetOrPostRequest<ExtractUserInfoRequestContext>.Descriptor.Order));
        // UserInfoRequest reads the header too, because it must know whether the token stands in both places.
        server.RemoveEventHandler(Web.ExtractAccessToken<ExtractUserInfoRequestContext>.Descriptor);
        server.RemoveEventHandler(Library.UserInfo.AttachClaims.Descriptor);
        server.RemoveEventHandler(Library.UserInfo.AttachAudiences.Descriptor);
        server.AddEventHandler<HandleUserInfoRequestContext>(h => h.UseScopedHandler<UserInfoEndpoint>().SetOrder(100_000));
        server.AddEventHandler<ApplyUserInfoResponseContext>(h => h.UseSingletonHandler<UserInfoChallenge>()
            .SetOrder(Web.AttachWwwAuthenticateHeader<ApplyUserInfoResponseContext>.Descriptor.Order + 500));

        // Who may introspect what follows from the client's registered resources, not from being the audience by name.
        server.RemoveEventHandler(Library.Introspection.ValidateTokenType.Descriptor);
        server.RemoveEventHandler(Library.Introspection.ValidateAuthorizedParty.Descriptor);
        server.RemoveEventHandler(Library.Introspection.AttachApplicationClaims.Descriptor);
        // RFC 7662 section 2.1: POST alone; a token in an address is a token in logs.
        server.RemoveEventHandler(Web.ExtractGetOrPostRequest<ExtractIntrospectionRequestContext>.Descriptor);
        server.AddEventHandler<ExtractIntrospectionRequestContext>(
            h => h.UseSingletonHandler<FormIntake<ExtractIntrospectionRequestContext>>()
            .SetOrder(Web.ExtractGetOrPostRequest<ExtractIntrospectionRequestContext>.Descriptor.Order));
        server.AddEventHandler<HandleIntrospectionRequestContext>(h => h.UseScopedHandler<IntrospectionEndpoint>().SetOrder(100_000));
        server.AddEventHandler<ApplyIntrospectionResponseContext>(h => h.UseSingletonHandler<InactiveIntrospection>()
            .SetOrder(Web.ProcessJsonResponse<ApplyIntrospectionResponseContext>.Descriptor.Order - 500));

        server.RemoveEventHandler(Library.Revocation.RevokeToken.Descriptor);
        server.AddEventHandler<HandleRevocationRequestContext>(h => h.UseScopedHandler<RevocationEndpoint>().SetOrder(100_000));

        server.AddEndSession();
        AddRefusals<ApplyTokenResponseContext>(server);
        AddRefusals<ApplyIntrospectionResponseContext>(server);
        AddRefusals<ApplyRevocationResponseContext>(server);
        AddRefusals<ApplyUserInfoResponseContext>(server);
        AddRefusals<ApplyPushedAuthorizationResponseContext>(server);
        AddPlainErrors<ApplyAuthorizationResponseContext>(server);
        AddPlainErrors<ApplyPushedAuthorizationResponseContext>(server);
        AddPlainErrors<ApplyTokenResponseContext>(server);
        AddPlainErrors<ApplyUserInfoResponseContext>(server);
        AddPlainErrors<ApplyIntrospectionResponseContext>(server);
        AddPlainErrors<ApplyRevocationResponseContext>(server);
        AddPlainErrors<ApplyEndSessionResponseContext>(server);
        AddPlainErrors<ApplyConfigurationResponseContext>(server);
        AddPlainErrors<ApplyJsonWebKeySetResponseContext>(server);
    }

    private static void AddPlainErrors<TContext>(OpenIddictServerBuilder server) where TContext : BaseRequestContext =>
        server.AddEventHandler<TContext>(h => h.UseSingletonHandler<PlainErrors<TContext>>().SetOrder(int.MinValue + 60_000));

    private static void AddRefusals<TContext>(OpenIddictServerBuilder server) where TContext : BaseRequestContext
    {
        server.AddEventHandler<TContext>(h => h.UseSingletonHandler<RefusedRequests<TContext>>()
            .SetOrder(Web.AttachHttpResponseCode<TContext>.Descriptor.Order + 400));
        server.AddEventHandler<TContext>(h => h.UseSingletonHandler<ClientMustWaitStatus<TContext>>()
            .SetOrder(Web.AttachHttpResponseCode<TContext>.Descriptor.Order + 500));
    }
}
