using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.Profiles;
using AuthServer.Clients.Registration;
using AuthServer.Protocol.Claims;
using AuthServer.Users.Profile;

namespace AuthServer.UnitTests.Clients;

/// <summary>What an operator may write into <c>claims_mapping</c>.</summary>
public sealed class ClaimsMappingTests
{
    [Fact]
    public void A_mapping_is_read_with_its_defaults()
    {
        var mapped = Accepted("""
            [{"claim":"login","source":"email"},{"claim":"https://example.com/claims/team","value":["red","blue"],"in":["access_token"]},
             {"claim":"level","value":3,"scope":"notes:read","in":["id_token","userinfo","access_token"]},{"claim":"beta","value":true}]
            """);
        Assert.Equal(["login", "https://example.com/claims/team", "level", "beta"], mapped.Select(m => m.Claim));
        Assert.Equal(
            [
                ClaimPlaces.IdToken | ClaimPlaces.UserInfo, ClaimPlaces.AccessToken,
                ClaimPlaces.IdToken | ClaimPlaces.UserInfo | ClaimPlaces.AccessToken, ClaimPlaces.IdToken | ClaimPlaces.UserInfo,
            ], mapped.Select(m => m.Places));
        Assert.Equal(("email", (JsonElement?)null, (string?)null), (mapped[0].Source, mapped[0].Value, mapped[0].Scope));
        Assert.Equal("notes:read", mapped[2].Scope);
    }

    /// <summary>Nobody but the server says what a token is, for whom, and for how long.</summary>
    [Theory]
    [InlineData("iss")]
    [InlineData("sub")]
    [InlineData("SUB")]
    [InlineData("aud")]
    [InlineData("exp")]
    [InlineData("nbf")]
    [InlineData("iat")]
    [InlineData("jti")]
    [InlineData("nonce")]
    [InlineData("at_hash")]
    [InlineData("azp")]
    [InlineData("acr")]
    [InlineData("amr")]
    [InlineData("auth_time")]
    [InlineData("sid")]
    [InlineData("act")]
    [InlineData("may_act")]
    [InlineData("cnf")]
    [InlineData("scope")]
    [InlineData("client_id")]
    [InlineData("authorization_details")]
    [InlineData("events")]
    [InlineData("active")]
    [InlineData("username")]
    [InlineData("token_type")]
    [InlineData("oi_tkn_id")]
    [InlineData("email")]
    [InlineData("email_verified")]
    [InlineData("phone_number_verified")]
    [InlineData("__proto__")]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\\\"b")]
    [InlineData("a\\nb")]
    [InlineData("ünlaut")]
    public void A_claim_of_the_server_or_with_a_name_that_is_none_is_refused(string claim) =>
        Assert.StartsWith("claims_mapping[0].claim", Refused($$"""[{"claim":"{{claim}}","value":"x"}]""").Path, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{}""", "claims_mapping")]
    [InlineData("""[]""", "claims_mapping")]
    [InlineData("""["login"]""", "claims_mapping[0]")]
    [InlineData("""[{"claim":"x"}]""", "claims_mapping[0].source")]
    [InlineData("""[{"claim":"x","source":"email","value":"y"}]""", "claims_mapping[0].source")]
    [InlineData("""[{"claim":"x","source":"password_hash"}]""", "claims_mapping[0].source")]
    [InlineData("""[{"claim":"x","source":"id"}]""", "claims_mapping[0].source")]
    [InlineData("""[{"claim":"x","source":"sub"}]""", "claims_mapping[0].source")]
    [InlineData("""[{"claim":"x","value":{"sub":"y"}}]""", "claims_mapping[0].value")]
    [InlineData("""[{"claim":"x","value":[["y"]]}]""", "claims_mapping[0].value")]
    [InlineData("""[{"claim":"x","value":[1]}]""", "claims_mapping[0].value")]
    [InlineData("""[{"claim":"x","value":null}]""", "claims_mapping[0].value")]
    [InlineData("""[{"claim":"x","value":1.5}]""", "claims_mapping[0].value")]
    [InlineData("""[{"claim":"x","value":"a\nb"}]""", "claims_mapping[0].value")]
    [InlineData("""[{"claim":"x","value":"y","in":["logout_token"]}]""", "claims_mapping[0].in")]
    [InlineData("""[{"claim":"x","value":"y","in":[]}]""", "claims_mapping[0].in")]
    [InlineData("""[{"claim":"x","value":"y","where":"everywhere"}]""", "claims_mapping[0].where")]
    [InlineData("""[{"claim":"x","value":"y"},{"claim":"x","value":"z","in":["userinfo"]}]""", "claims_mapping[1].claim")]
    [InlineData("""[{"claim":"roles","source":"nickname"}]""", "claims_mapping[0].claim")]
    [InlineData("""[{"claim":"Groups","source":"profile"}]""", "claims_mapping[0].claim")]
    [InlineData("""[{"claim":"entitlements","source":"website"}]""", "claims_mapping[0].claim")]
    public void A_mapping_that_is_wrong_is_refused_at_the_place_of_the_mistake(string mapping, string path) =>
        Assert.Equal(path, Refused(mapping).Path);

    [Fact]
    public void Sizes_are_limited()
    {
        var many = new JsonArray([.. Enumerable.Range(0, 31).Select(i => new JsonObject { ["claim"] = $"c{i}", ["value"] = "x" })]);
        Assert.Equal("claims_mapping", Refused(many.ToJsonString()).Path);
        Refused($$"""[{"claim":"{{new string('c', 101)}}","value":"x"}]""");
        Refused($$"""[{"claim":"c","value":"{{new string('x', 201)}}"}]""");
        var items = string.Join(',', Enumerable.Range(0, 21).Select(i => $"\"{i}\""));
        Refused($$"""[{"claim":"c","value":[{{items}}]}]""");
    }

    [Fact]
    public void Every_source_is_a_claim_that_a_scope_grants()
    {
        Assert.All(ClaimsMapping.Sources, source => Assert.NotNull(StandardClaims.ScopeOf(source)));
        Assert.Equal(
            RequestedClaims.Supported.Where(claim => StandardClaims.ScopeOf(claim) is not null).Order(StringComparer.Ordinal),
            ClaimsMapping.Sources.Order(StringComparer.Ordinal));
    }

    /// <summary>An app that nobody knows must not choose what it is told, nor what its APIs believe.</summary>
    [Fact]
    public void A_client_that_registers_itself_has_no_mapping_and_chooses_no_roles()
    {
        var asked = JsonNode.Parse(
            """
            {"redirect_uris":["https://a.example/cb"],"claims_mapping":[{"claim":"roles","value":["admin"],"in":["access_token"]}],
             "disclosed_roles":["admin"],"scope":"openid roles"}
            """)!.AsObject();
        var (metadata, problems) = RegistrationRules.Read(asked, new ClientRegistrationOptions(), new SecurityProfileOptions(), new());
        Assert.Empty(problems);
        Assert.Empty(metadata.ClaimsMapping);
        Assert.Null(metadata.Tokens.DisclosedRoles);
        Assert.Equal(["openid"], metadata.Scopes);
        Assert.False(metadata.Json.ContainsKey("claims_mapping"));
    }

    private static IReadOnlyList<MappedClaim> Accepted(string mapping)
    {
        var (metadata, problems) = Read(mapping);
        Assert.Empty(problems);
        return metadata.ClaimsMapping;
    }

    private static MetadataProblem Refused(string mapping) => Read(mapping).Problems.First();

    private static (ClientMetadata Metadata, List<MetadataProblem> Problems) Read(string mapping)
    {
        var problems = new List<MetadataProblem>();
        var json = $$"""{"redirect_uris":["https://a.example/cb"],"claims_mapping":{{mapping}}}""";
        return (ClientMetadataReader.Read(JsonElement.Parse(json), problems), problems);
    }
}
