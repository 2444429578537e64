using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.Profiles;
using AuthServer.Clients.Registration;
using AuthServer.Clients.Secrets;
using AuthServer.Data.Entities;
using AuthServer.Keys;

namespace AuthServer.UnitTests.Clients;

/// <summary>Registrations against the profiles: FAPI 2.0 Security Profile section 5.3, Message Signing section 5, OAuth 2.1.</summary>
public sealed class ProfileRulesTests
{
    private const string Key =
        """
        {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
        """;

    private const string Fitting =
        $$"""
        {"redirect_uris":["https://a.example/cb"],"token_endpoint_auth_method":"private_key_jwt","jwks":{"keys":[{{Key}}]} }
        """;

    [Fact]
    public void A_registration_that_says_little_fits_each_profile_and_is_filled_in()
    {
        foreach (var profile in Enum.GetValues<SecurityProfile>()) Assert.Empty(Faults(Json(Fitting), profile));
        var client = Of(Json(Fitting), SecurityProfile.Fapi2MessageSigning);
        Assert.True(client is { RequirePkce: true, RequiresDPoP: true, RequiresCertificate: false, IsPlain: false, ProfileFault: null });
        Assert.True(client.Requests is { MustBePushed: true, MustBeSigned: true, ResponseMustBeSigned: true, ResponseSigningAlg: "ES256" });
        Assert.Equal(("ES256", "ES256"), (client.IdTokenSignedResponseAlg, client.AccessTokenSignedResponseAlg));
        Assert.Equal("ES256", client.Tokens.IntrospectionSignedResponseAlg);
        Assert.Null(client.Tokens.UserInfoSignedResponseAlg);
        Assert.True(Of(Json(Fitting), SecurityProfile.Fapi2).Requests is { MustBePushed: true, MustBeSigned: false });
    }

    [Fact]
    public void Tokens_that_are_bound_to_a_certificate_need_no_other_key()
    {
        var client = Of(Json(Fitting, ("tls_client_certificate_bound_access_tokens", true)), SecurityProfile.Fapi2);
        Assert.True(client is { RequiresDPoP: false, RequiresCertificate: true, IsPlain: false });
    }

    [Theory]
    [InlineData("token_endpoint_auth_method", "\"none\"")]
    [InlineData("token_endpoint_auth_method", "\"client_secret_basic\"")]
    [InlineData("token_endpoint_auth_method", "\"client_secret_post\"")]
    [InlineData("token_endpoint_auth_method", "null")]
    [InlineData("client_assertion_audience", "\"token_endpoint\"")]
    [InlineData("require_pkce", "false")]
    [InlineData("require_pushed_authorization_requests", "false")]
    [InlineData("dpop_bound_access_tokens", "false")]
    [InlineData("redirect_uris", """["http://localhost/cb"]""", "redirect_uris[0]")]
    [InlineData("redirect_uris", """["https://a.example/cb","http://127.0.0.1/cb"]""", "redirect_uris[1]")]
    [InlineData("id_token_signed_response_alg", "\"RS256\"")]
    [InlineData("access_token_signed_response_alg", "\"RS256\"")]
    [InlineData("userinfo_signed_response_alg", "\"RS256\"")]
    [InlineData("introspection_signed_response_alg", "\"RS256\"")]
    [InlineData("authorization_signed_response_alg", "\"RS256\"")]
    [InlineData("token_endpoint_auth_signing_alg", "\"RS256\"")]
    [InlineData("request_object_signing_alg", "\"ES512\"")]
    [InlineData("grant_types", """["authorization_code","refresh_token","urn:authplatform:params:oauth:grant-type:login"]""")]
    [InlineData("backchannel_token_delivery_mode", "\"push\"")]
    [InlineData("jwks", """{"keys":[{"kty":"EC","crv":"P-384","x":"AA","y":"AA"}]}""")]
    public void What_contradicts_fapi2_is_named_with_a_cure(string member, string value, string? named = null)
    {
        var json = Json(Fitting, (member, value == "null" ? null : JsonNode.Parse(value)));
        foreach (var profile in new[] { SecurityProfile.Fapi2, SecurityProfile.Fapi2MessageSigning })
        {
            var fault = Assert.Single(Faults(json, profile));
            Assert.Equal(named ?? member, fault.Path);
            Assert.StartsWith(member == "jwks" ? "has " : "must ", fault.Message, StringComparison.Ordinal);
            Assert.Equal($"{fault.Path} {fault.Message}", Of(json, profile).ProfileFault);
            Assert.False(ClientPermissions.MayCall(Of(json, profile), ClientPermissions.Token));
        }
    }

    [Fact]
    public void A_native_app_may_return_to_loopback()
    {
        var json = Json(
            Fitting, ("application_type", "native"), ("redirect_uris", new JsonArray("http://127.0.0.1/cb", "com.example.a:/cb")));
        Assert.Equal("redirect_uris[1]", Assert.Single(Faults(json, SecurityProfile.Fapi2)).Path);
    }

    [Fact]
    public void A_client_that_signs_needs_keys()
    {
        var json = Json(
            Fitting, ("jwks", null), ("token_endpoint_auth_method", "tls_client_auth"), ("tls_client_auth_subject_dn", "CN=a"));
        Assert.Empty(Faults(json, SecurityProfile.Fapi2));
        var elsewhere = Json(
            json, ("grant_types", new JsonArray("urn:openid:params:grant-type:ciba")), ("response_types", new JsonArray()));
        Assert.Equal("jwks", Assert.Single(Faults(elsewhere, SecurityProfile.Fapi2MessageSigning)).Path);
        Assert.Equal("jwks", Assert.Single(Faults(json, SecurityProfile.Fapi2MessageSigning)).Path);
        Assert.Equal(
            "require_signed_request_object",
            Assert.Single(Faults(Json(Fitting, ("require_signed_request_object", false)), SecurityProfile.Fapi2MessageSigning)).Path);
    }

    [Theory]
    [InlineData("oidc-basic", "token_endpoint_auth_method", "\"none\"", false)]
    [InlineData("oidc-basic", "require_pkce", "false", true)]
    [InlineData("oidc-basic", "require_pkce", "true", true)]
    [InlineData("oauth2.1", "token_endpoint_auth_method", "\"none\"", true)]
    [InlineData("oauth2.1", "require_pkce", "false", false)]
    public void The_looser_profiles_have_one_rule_each(string profile, string member, string value, bool fits)
    {
        var json = Json(Fitting, (member, JsonNode.Parse(value)));
        Assert.Equal(fits, Faults(json, SecurityProfiles.Of(profile)!.Value).IsEmpty);
    }

    [Theory]
    [InlineData(null, SecurityProfile.OidcBasic, false)]
    [InlineData("oauth2.1", SecurityProfile.OidcBasic, true)]
    [InlineData(null, SecurityProfile.OAuth21, true)]
    [InlineData("oidc-basic", SecurityProfile.OAuth21, false)]
    [InlineData("oidc-basic", SecurityProfile.Fapi2, false)]
    public void The_registrations_own_name_counts_before_the_servers(string? named, SecurityProfile fallback, bool pkce)
    {
        var client = Of(Json("""{"redirect_uris":["https://a.example/cb"]}""", ("security_profile", named)), fallback);
        Assert.Equal((pkce, true), (client.RequirePkce, client.IsPlain));
    }

    [Fact]
    public void A_server_of_which_nothing_is_said_holds_confidential_clients_to_PKCE()
    {
        Assert.Equal(SecurityProfile.OAuth21, new SecurityProfileOptions().Default);
        Assert.True(RegisteredClient.Of(new Client { ClientId = "a", ClientType = "confidential" }).RequirePkce);
    }

    /// <summary>RFC 9700 section 2.1.1; oidc-basic of the server is for those that authenticate.</summary>
    [Fact]
    public void A_public_client_that_names_no_profile_needs_PKCE_where_others_do_not()
    {
        const string json = """{"redirect_uris":["https://a.example/cb"],"token_endpoint_auth_method":"none"}""";
        Assert.True(Of(json, SecurityProfile.OidcBasic) is { RequirePkce: true, ProfileFault: null, Profile: SecurityProfile.OAuth21 });
        var problems = new List<MetadataProblem>();
        ProfileRules.Read(JsonElement.Parse(json), SecurityProfile.OidcBasic, problems);
        Assert.Empty(problems);
        ProfileRules.Read(JsonElement.Parse(Json(json, ("security_profile", "oidc-basic"))), SecurityProfile.OidcBasic, problems);
        Assert.Equal("token_endpoint_auth_method", Assert.Single(problems).Path);
        var (_, refused) = RegistrationRules.Read(
            JsonNode.Parse(Json(json, ("security_profile", "oidc-basic")))!.AsObject(),
            new ClientRegistrationOptions { Mode = ClientRegistrationMode.Open }, new SecurityProfileOptions { Name = "oidc-basic" },
            new());
        Assert.Contains(refused, problem => problem.Path == "security_profile");
    }

    [Fact]
    public void A_name_of_another_version_is_refused_in_a_file_and_in_a_row()
    {
        var problems = new List<MetadataProblem>();
        ProfileRules.Read(JsonElement.Parse(Json(Fitting, ("security_profile", "fapi3"))), SecurityProfile.OAuth21, problems);
        Assert.Equal("security_profile", Assert.Single(problems).Path);
        var client = Of(Json(Fitting, ("security_profile", "fapi3")), SecurityProfile.OAuth21);
        Assert.NotNull(client.ProfileFault);
        Assert.False(client.IsPlain);
        Assert.False(ClientPermissions.MayCall(client, ClientPermissions.Authorization));
        Assert.True(ClientPermissions.MayCall(client, ClientPermissions.Revocation));
    }

    [Fact]
    public void A_registration_is_read_by_the_rules_of_its_profile()
    {
        var problems = new List<MetadataProblem>();
        ProfileRules.Read(
            JsonElement.Parse(Json(Fitting, ("security_profile", "fapi2"), ("require_pkce", false))), SecurityProfile.OidcBasic, problems);
        Assert.Equal("require_pkce", Assert.Single(problems).Path);
        problems.Clear();
        ProfileRules.Read(JsonElement.Parse(Json(Fitting, ("require_pkce", false))), SecurityProfile.Fapi2, problems);
        Assert.Equal("require_pkce", Assert.Single(problems).Path);
        problems.Clear();
        ProfileRules.Read(JsonElement.Parse(Json(Fitting, ("require_pkce", false))), SecurityProfile.OidcBasic, problems);
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData(null, "oidc-basic", false)]
    [InlineData("oauth2.1", "fapi2", true)]
    [InlineData("fapi2", "oauth2.1", false)]
    [InlineData("fapi2", null, true)]
    [InlineData("oidc-basic", "oidc-basic", true)]
    public void A_client_that_registers_itself_may_name_no_weaker_profile(string? server, string? named, bool may)
    {
        var asked = JsonNode.Parse(Json(Fitting, ("security_profile", named)))!.AsObject();
        var (metadata, problems) = RegistrationRules.Read(
            asked, new ClientRegistrationOptions { Mode = ClientRegistrationMode.Open },
            server is null ? new SecurityProfileOptions() : new() { Name = server }, new());
        Assert.Equal(may, problems.IsEmpty);
        if (!may) Assert.Equal("security_profile", problems[0].Path);
        else if (server == "fapi2" || named == "fapi2") Assert.Equal("ES256", metadata.IdTokenSignedResponseAlg);
    }

    [Fact]
    public void What_an_app_has_to_change_is_told_in_words()
    {
        var metadata = ClientMetadataReader.ReadLeniently(JsonElement.Parse(Json(Fitting)));
        Assert.Empty(ProfileDemands.ChangesFor(metadata, SecurityProfile.OidcBasic));
        Assert.Contains("PKCE", Assert.Single(ProfileDemands.ChangesFor(metadata, SecurityProfile.OAuth21)), StringComparison.Ordinal);
        var fapi = ProfileDemands.ChangesFor(metadata, SecurityProfile.Fapi2).ToList();
        Assert.Contains(fapi, change => change.Contains("PAR", StringComparison.Ordinal));
        Assert.Contains(fapi, change => change.Contains("DPoP", StringComparison.Ordinal));
        Assert.Contains(
            ProfileDemands.ChangesFor(metadata, SecurityProfile.Fapi2MessageSigning), change =>
                change.Contains("response_mode", StringComparison.Ordinal));
    }

    private static string Json(string json, params (string Member, JsonNode? Value)[] changes)
    {
        var changed = JsonNode.Parse(json)!.AsObject();
        foreach (var (member, value) in changes)
        {
            if (value is null) changed.Remove(member);
            else changed[member] = value.DeepClone();
        }

        return changed.ToJsonString();
    }

    private static ImmutableArray<MetadataProblem> Faults(string json, SecurityProfile profile) =>
        [.. ProfileRules.FaultsOf(ClientMetadataReader.ReadLeniently(JsonElement.Parse(json)), profile)];

    private static RegisteredClient Of(string json, SecurityProfile fallback)
    {
        Client row = ClientRegistration.NewClient(
            Guid.CreateVersion7(), "a", ClientMetadataReader.ReadLeniently(JsonElement.Parse(json)), secret: null,
            new ClientSecrets(new SecretOptions { SecretKey = new byte[32] }, TimeProvider.System));
        return RegisteredClient.Of(row, fallback);
    }
}
