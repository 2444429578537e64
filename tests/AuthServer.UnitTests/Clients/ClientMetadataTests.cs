using System.Text.Json;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.Registration;
using AuthServer.Clients.Secrets;
using AuthServer.Keys;

namespace AuthServer.UnitTests.Clients;

/// <summary>RFC 7591 section 2, RFC 8252 sections 7 and 8, RFC 9700 section 2.</summary>
public sealed class ClientMetadataTests
{
    private const string Secret = "hush-4f9c27d81be0653a4f9c27d81be0653b";

    private static readonly ClientSecrets Secrets = new(new SecretOptions { SecretKey = new byte[32] }, TimeProvider.System);

    private const string Key =
        """
        {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
        """;

    [Fact]
    public void A_web_client_gets_the_defaults_of_the_specification()
    {
        var client = Accepted("""{"redirect_uris":["https://app.example.com/cb"]}""");
        Assert.Equal(["authorization_code"], client.GrantTypes);
        Assert.Equal(["code"], client.ResponseTypes);
        Assert.Equal("client_secret_basic", client.TokenEndpointAuthMethod);
        Assert.Equal("web", client.ApplicationType);
        Assert.Equal("RS256", client.IdTokenSignedResponseAlg);
        Assert.Equal(["openid", "profile", "email"], client.Scopes);
        Assert.False(client.MustUsePkce);
        Assert.False(client.FirstParty || client.Trusted || client.RequireAuthTime);
    }

    [Theory]
    [InlineData("https://app.example.com/cb", false)]
    [InlineData("https://app.example.com/cb?tenant=1", false)]
    [InlineData("http://localhost:5173/callback", false)]
    [InlineData("http://127.0.0.1:3000/callback", false)]
    [InlineData("http://[::1]/callback", true)]
    [InlineData("http://127.0.0.1/callback", true)]
    [InlineData("com.example.app:/callback", true)]
    [InlineData("https://app.example.com/native", true)]
    public void Good_redirect_uris_are_accepted(string uri, bool native) => Assert.Null(RedirectUris.Fault(uri, native));

    [Theory]
    [InlineData("http://app.example.com/cb", false)]
    [InlineData("http://app.example.com/cb", true)]
    [InlineData("http://localhost.example.com/cb", false)]
    [InlineData("http://127.0.0.1.example.com/cb", false)]
    [InlineData("https://app.example.com/cb#part", false)]
    [InlineData("https://app.example.com/cb#", false)]
    [InlineData("https://*.example.com/cb", false)]
    [InlineData("https://app.example.com/*", false)]
    [InlineData("https://user@app.example.com/cb", false)]
    [InlineData("https://app.example.com/cb?iss=x", false)]
    [InlineData("https://app.example.com\\@evil.example/cb", false)]
    [InlineData("https://app.example.com/c b", false)]
    [InlineData("/callback", false)]
    [InlineData("//app.example.com/cb", false)]
    [InlineData("callback", false)]
    [InlineData("com.example.app:/callback", false)]
    [InlineData("myapp://callback", true)]
    [InlineData("javascript:alert(1)", true)]
    [InlineData("data:text/html,x", true)]
    [InlineData("file:///etc/passwd", true)]
    [InlineData("urn:ietf:wg:oauth:2.0:oob", true)]
    public void Bad_redirect_uris_are_refused(string uri, bool native)
    {
        Assert.NotNull(RedirectUris.Fault(uri, native));
        var problem = Assert.Single(Problems(
            $$"""
            {"application_type":"{{(native ? "native" : "web")}}",
             "redirect_uris":["https://ok.example.com/",{{JsonSerializer.Serialize(uri)}}]}
            """));
        Assert.Equal(("redirect_uris[1]", "invalid_redirect_uri"), (problem.Path, problem.Error));
    }

    [Theory]
    [InlineData("""{"redirect_uris":"https://a.example/"}""", "redirect_uris")]
    [InlineData("""{"redirect_uris":[1]}""", "redirect_uris[0]")]
    [InlineData("""{"redirect_uris":["https://a.example/","https://a.example/"]}""", "redirect_uris[1]")]
    [InlineData("""{}""", "redirect_uris")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"client_name":""}""", "client_name")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"client_name":5}""", "client_name")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"grant_types":["implicit","authorization_code"]}""", "grant_types[0]")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"grant_types":["authorization_code","password"]}""", "grant_types[1]")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"grant_types":["authorization_code","magic"]}""", "grant_types[1]")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"response_types":["code","token"]}""", "response_types[1]")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"response_types":[]}""", "response_types")]
    [InlineData("""{"grant_types":["client_credentials"],"response_types":["code"]}""", "response_types")]
    [InlineData("""{"grant_types":["client_credentials"],"token_endpoint_auth_method":"none"}""", "grant_types")]
    [InlineData(
        """{"redirect_uris":["https://a.example/"],"token_endpoint_auth_method":"client_secret_jwt"}""",
        "token_endpoint_auth_method")]
    [InlineData(
        """{"redirect_uris":["https://a.example/"],"token_endpoint_auth_method":"private_key_jwt"}""",
        "token_endpoint_auth_method")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"token_endpoint_auth_method":"none","client_secret":"x"}""", "client_secret")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"token_endpoint_auth_method":"none","require_pkce":false}""", "require_pkce")]
    [InlineData(
        """{"redirect_uris":["https://a.example/"],"token_endpoint_auth_method":"none","resources":["https://api.example"]}""",
        "resources")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"resources":["api"]}""", "resources[0]")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"allowed_resources":["/api"]}""", "allowed_resources[0]")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"default_resources":["https://api.example/a b"]}""", "default_resources[0]")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"application_type":"mobile"}""", "application_type")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"id_token_signed_response_alg":"none"}""", "id_token_signed_response_alg")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"logo_uri":"javascript:alert(1)"}""", "logo_uri")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"tos_uri":"http://a.example/tos"}""", "tos_uri")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"default_max_age":-1}""", "default_max_age")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"default_max_age":"60"}""", "default_max_age")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"refresh_grace_seconds":301}""", "refresh_grace_seconds")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"require_auth_time":"yes"}""", "require_auth_time")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"scope":"openid a\"b"}""", "scope")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"scope":"openid account:write"}""", "scope")]
    [InlineData(
        """{"grant_types":["refresh_token","urn:authplatform:params:oauth:grant-type:login"],"scope":"offline_access"}""",
        "grant_types")]
    [InlineData(
        """{"grant_types":["urn:authplatform:params:oauth:grant-type:login"],"scope":"offline_access","first_party":true}""",
        "grant_types")]
    [InlineData("""{"grant_types":["refresh_token","urn:authplatform:params:oauth:grant-type:login"],"first_party":true}""", "grant_types")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"jwks":{"keys":[]}}""", "jwks")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"jwks":{"keys":[{"kty":"oct","k":"AAAA"}]}}""", "jwks.keys[0]")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"jwks":{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}}""", "jwks.keys[0]")]
    [InlineData(
        """{"redirect_uris":["https://a.example/"],"post_logout_redirect_uris":["http://a.example/"]}""",
        "post_logout_redirect_uris[0]")]
    public void Each_broken_rule_names_its_member(string json, string path) => Assert.Equal(path, Assert.Single(Problems(json)).Path);

    [Fact]
    public void A_private_key_is_refused_even_where_the_public_part_is_good()
    {
        var owned = Key.Replace("{", "{\"d\":\"jpsQnnGQmL\",", StringComparison.Ordinal);
        var problem = Assert.Single(Problems($$"""{"redirect_uris":["https://a.example/"],"jwks":{"keys":[ {{Key}}, {{owned}} ]} }"""));
        Assert.Equal("jwks.keys[1]", problem.Path);
        Assert.Contains("private key", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Members_that_this_version_does_not_know_survive_registration_and_secrets_do_not()
    {
        var metadata = Accepted(
            """
            {"client_id":"a","client_secret":"hush-4f9c27d81be0653a4f9c27d81be0653b","redirect_uris":["https://a.example/"],
             "example_member":"https://a.example/bye","client_name#de":"Anwendung"}
            """);
        var client = RegisteredClient.Of(ClientRegistration.NewClient(Guid.CreateVersion7(), "a", metadata, Secret, Secrets));
        Assert.Equal("https://a.example/bye", client.Metadata.GetProperty("example_member").GetString());
        Assert.Equal("Anwendung", client.Metadata.GetProperty("client_name#de").GetString());
        Assert.DoesNotContain("hush", client.Metadata.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_first_party_client_may_sign_people_in_itself()
    {
        var metadata = Accepted(
            """
            {"grant_types":["refresh_token","urn:authplatform:params:oauth:grant-type:login"],
             "scope":"openid offline_access","first_party":true}
            """);
        Assert.True(RegisteredClient.Of(ClientRegistration.NewClient(Guid.CreateVersion7(), "a", metadata, Secret, Secrets)).MaySignIn);
        // A row that another program wrote, past the rules.
        var third = metadata with { FirstParty = false, Json = [] };
        Assert.False(RegisteredClient.Of(ClientRegistration.NewClient(Guid.CreateVersion7(), "a", third, Secret, Secrets)).MaySignIn);
    }

    [Fact]
    public void A_registered_client_is_what_its_metadata_said()
    {
        var metadata = Accepted($$"""
            {"redirect_uris":["https://a.example/cb"],"post_logout_redirect_uris":["https://a.example/"],"client_name":"A",
             "token_endpoint_auth_method":"private_key_jwt","jwks":{"keys":[ {{Key}} ]},
             "grant_types":["authorization_code","refresh_token","client_credentials"],"scope":"openid offline_access notes:read",
             "require_pkce":true,"first_party":true,"trusted":true,"resources":["https://api.example"],"refresh_grace_seconds":5,
             "default_max_age":60,"require_auth_time":true,"id_token_signed_response_alg":"ES256","contacts":["a@example.com"],
             "logo_uri":"https://a.example/logo.svg"}
            """);
        var client = RegisteredClient.Of(ClientRegistration.NewClient(Guid.CreateVersion7(), "a", metadata, null, Secrets));
        Assert.Equal(["https://a.example/cb"], client.RedirectUris);
        Assert.Equal(["https://a.example/"], client.PostLogoutRedirectUris);
        Assert.True(
            client is { Name: "A", IsPublic: false, FirstParty: true, Trusted: true, RequirePkce: true, RequireAuthTime: true,
                MayUseOfflineAccess: true });
        Assert.True(client.GrantTypes.SetEquals(["authorization_code", "refresh_token", "client_credentials"]));
        Assert.True(client.Scopes.SetEquals(["openid", "offline_access", "notes:read"]));
        Assert.True(client.Introspects.SetEquals(["https://api.example"]));
        Assert.Equal(
            ("ES256", "private_key_jwt", "https://a.example/logo.svg"),
                (client.IdTokenSignedResponseAlg, client.TokenEndpointAuthMethod, client.LogoUri));
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60)), (client.RefreshGrace, client.DefaultMaxAge));
        Assert.Single(client.Keys!.Keys);
    }

    [Theory]
    [InlineData("""["authorization_code","refresh_token"]""", "openid offline_access", true)]
    [InlineData("""["authorization_code","refresh_token"]""", "openid", false)]
    [InlineData("""["authorization_code"]""", "openid offline_access", false)]
    public void Offline_access_needs_the_scope_and_the_grant_type(string grants, string scope, bool may)
    {
        var metadata = Accepted($$"""{"redirect_uris":["https://a.example/"],"grant_types":{{grants}},"scope":"{{scope}}"}""");
        Assert.Equal(
            may, RegisteredClient.Of(ClientRegistration.NewClient(Guid.CreateVersion7(), "a", metadata, Secret, Secrets))
                .MayUseOfflineAccess);
    }

    private static ClientMetadata Accepted(string json)
    {
        var problems = new List<MetadataProblem>();
        var metadata = ClientMetadataReader.Read(JsonElement.Parse(json), problems);
        Assert.Empty(problems);
        return metadata;
    }

    private static List<MetadataProblem> Problems(string json)
    {
        var problems = new List<MetadataProblem>();
        ClientMetadataReader.Read(JsonElement.Parse(json), problems);
        return problems;
    }
}
