using System.Collections.Immutable;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Documents;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.Profiles;
using AuthServer.Clients.PublicKeys;
using AuthServer.Clients.Registration;
using AuthServer.Configuration;
using AuthServer.Keys;
using AuthServer.Protocol.Authorization;
using AuthServer.Protocol.Assertions;
using AuthServer.Protocol.Ciba;
using AuthServer.Protocol.Claims;
using AuthServer.Protocol.Details;
using AuthServer.Protocol.DeviceAuthorization;
using AuthServer.Sessions;
using AuthServer.Sessions.Senders;
using AuthServer.Ui.Resources;
using AuthServer.Users.Passkeys;
using AuthServer.Users.SecondFactors;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Discovery;

/// <summary>What the discovery document says beyond what OpenIddict knows (OpenID Connect Discovery 1.0 section 3).</summary>
public sealed class DiscoveryMetadata(
    ScopeDirectory scopes, SecondFactorOptions secondFactor, PasskeyRules passkeys, LanguageSet languages,
    SessionManagementOptions sessions, DeviceOptions device, CibaOptions ciba, AssertionOptions assertions,
    ClientRegistrationOptions registration, ClientDocumentOptions documents, IssuerOptions issuer,
    AuthorizationDetails details, PushedRequestOptions pushed, SecurityProfileOptions profiles)
    : IOpenIddictServerHandler<HandleConfigurationRequestContext>
{
    private static readonly ImmutableArray<string?> SignedAnswers = [RingKeys.Es256, RingKeys.Rs256];
    private static readonly ImmutableArray<string?> EncryptionKeys = [.. EncryptionAlgorithms.Keys];
    private static readonly ImmutableArray<string?> EncryptionContents = [.. EncryptionAlgorithms.Contents];

    public async ValueTask HandleAsync(HandleConfigurationRequestContext context)
    {
        context.Metadata["claims_parameter_supported"] = true;
        // Not by OpenIddict's option, with which it wants a token of its own behind each request_uri.
        // RFC 9126 section 5: of a client that reads this and has not agreed on another profile with the operator.
        context.Metadata["require_pushed_authorization_requests"] = pushed.Required || SecurityProfiles.IsFapi(profiles.Default);
        // RFC 9101 section 10.5.
        if (profiles.Default == SecurityProfile.Fapi2MessageSigning) context.Metadata["require_signed_request_object"] = true;
        // RFC 9101 section 10.5, OpenID Connect Discovery 1.0 section 3: an address has to be registered before it is asked.
        context.Metadata["request_parameter_supported"] = true;
        context.Metadata["request_uri_parameter_supported"] = true;
        context.Metadata["require_request_uri_registration"] = true;
        context.Metadata["request_object_signing_alg_values_supported"] = ImmutableArray.CreateRange<string?>(ClientSignatures.Algorithms);
        // RFC 9396 section 10.
        if (details.TypeNames.Any())
        {
            context.Metadata["authorization_details_types_supported"] = ImmutableArray.CreateRange<string?>(details.TypeNames);
        }
        // JARM section 4.
        context.Metadata["authorization_signing_alg_values_supported"] = ImmutableArray.Create<string?>(RingKeys.Rs256, RingKeys.Es256);
        context.Metadata["claim_types_supported"] = ImmutableArray.Create<string?>("normal");
        // A passkey reaches as much where nobody is asked for codes.
        context.Metadata["acr_values_supported"] = secondFactor.IsOn || passkeys.ArePossible
            ? ImmutableArray.Create<string?>(AuthenticationContext.Password, AuthenticationContext.SecondFactor)
            : ImmutableArray.Create<string?>(AuthenticationContext.Password);
        // In an order that every replica has, as with the scopes below.
        context.Metadata["ui_locales_supported"] = ImmutableArray.CreateRange<string?>(
            languages.All.Select(l => l.Tag).Order(StringComparer.Ordinal));
        // OpenID Connect Back-Channel Logout 1.0 section 2.1: every logout token has a sid.
        context.Metadata["backchannel_logout_supported"] = true;
        context.Metadata["backchannel_logout_session_supported"] = true;
        context.Metadata["frontchannel_logout_supported"] = true;
        context.Metadata["frontchannel_logout_session_supported"] = true;
        if (registration.IsOn) context.Metadata["registration_endpoint"] = issuer.IssuerText + ProtocolPaths.Registration;
        // draft-ietf-oauth-client-id-metadata-document section 6.
        if (documents.IsOn) context.Metadata["client_id_metadata_document_supported"] = true;
        if (sessions.IsOn) context.Metadata["check_session_iframe"] = issuer.IssuerText + ProtocolPaths.CheckSession;
        context.Metadata["display_values_supported"] = ImmutableArray.Create<string?>("page");
        foreach (var claim in RequestedClaims.Supported) context.Claims.Add(claim);
        // In an order of their own, so that every replica writes the same document and the same ETag.
        context.Scopes.UnionWith((await scopes.AllAsync(CancellationToken.None)).Keys.Order(StringComparer.Ordinal));
        // Not a way for third parties: it is reachable at /v1/auth/login alone.
        context.GrantTypes.Remove(GrantNames.Login);
        context.GrantTypes.Add(GrantNames.TokenExchange);
        if (assertions.Issuers.Count > 0) context.GrantTypes.Add(GrantNames.JwtBearer);
        if (ciba.IsOn)
        {
            // CIBA Core 1.0 section 4.
            context.GrantTypes.Add(GrantNames.Ciba);
            context.Metadata["backchannel_authentication_endpoint"] = issuer.IssuerText + ProtocolPaths.Ciba;
            context.Metadata["backchannel_token_delivery_modes_supported"] = ImmutableArray.CreateRange<string?>(CibaMetadata.Modes);
            context.Metadata["backchannel_authentication_request_signing_alg_values_supported"] = ImmutableArray.CreateRange<string?>(
                ClientSignatures.Algorithms);
            context.Metadata["backchannel_user_code_parameter_supported"] = false;
        }

        // OpenIddict takes the first address that it has for such requests.
        if (!device.IsOn)
        {
            context.DeviceAuthorizationEndpoint = null;
            context.DeviceAuthorizationEndpointAuthenticationMethods.Clear();
        }
        else
        {
            context.GrantTypes.Add(OpenIddictConstants.GrantTypes.DeviceCode);
            context.DeviceAuthorizationEndpointAuthenticationMethods.Add(ClientAuthenticationMethods.None);
        }

        // RFC 8414 section 2: required beside private_key_jwt.
        foreach (var endpoint in new[] { "token", "revocation", "introspection" })
        {
            context.Metadata[$"{endpoint}_endpoint_auth_signing_alg_values_supported"] = ImmutableArray.CreateRange<string?>(
                ClientSignatures.Algorithms);
        }

        context.SubjectTypes.Add("pairwise");
        // OpenID Connect Discovery 1.0 section 3, RFC 9701 section 7.
        context.Metadata["userinfo_signing_alg_values_supported"] = SignedAnswers;
        context.Metadata["introspection_signing_alg_values_supported"] = SignedAnswers;
        // OpenID Connect Discovery 1.0 section 3, RFC 9701 section 7, JARM section 4.
        foreach (var answer in new[] { "id_token", "userinfo", "introspection", "authorization" })
        {
            context.Metadata[answer + "_encryption_alg_values_supported"] = EncryptionKeys;
            context.Metadata[answer + "_encryption_enc_values_supported"] = EncryptionContents;
        }

        // RFC 9449 section 5.1.
        context.Metadata["dpop_signing_alg_values_supported"] = ImmutableArray.CreateRange<string?>(DPoPCheck.Algorithms);
        // Public clients authenticate with nothing but PKCE; OpenIddict does not list that.
        context.TokenEndpointAuthenticationMethods.Add(ClientAuthenticationMethods.None);
        context.RevocationEndpointAuthenticationMethods.Add(ClientAuthenticationMethods.None);
        context.PushedAuthorizationEndpointAuthenticationMethods.Add(ClientAuthenticationMethods.None);
    }
}

/// <summary>Writes the issuer without the slash that a URI object adds: it must equal, letter for letter, what tokens carry.</summary>
public sealed class DiscoveryIssuer(IssuerOptions issuer) : IOpenIddictServerHandler<ApplyConfigurationResponseContext>
{
    public ValueTask HandleAsync(ApplyConfigurationResponseContext context)
    {
        if (context.Response.Error is null) context.Response[OpenIddictConstants.Metadata.Issuer] = issuer.IssuerText;
        return ValueTask.CompletedTask;
    }
}
