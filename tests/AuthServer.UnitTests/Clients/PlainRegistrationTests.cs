using System.Text.Json;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.Registration;
using AuthServer.Clients.Secrets;
using AuthServer.Data.Entities;
using AuthServer.Keys;

namespace AuthServer.UnitTests.Clients;

/// <summary>A client is plain when this version knows everything that its registration says.</summary>
public sealed class PlainRegistrationTests
{
    // Every member that ClientMetadata has, so that a new one is entered in the list of known members too.
    private const string Everything =
        """
        {"redirect_uris":["https://a.example/cb"],"post_logout_redirect_uris":["https://a.example/"],"client_name":"A",
         "dpop_bound_access_tokens":false,"security_profile":"oauth2.1",
         "tls_client_certificate_bound_access_tokens":false,"access_token_lifetime_seconds":60,
         "token_endpoint_auth_method":"client_secret_basic","grant_types":["authorization_code","refresh_token"],
         "response_types":["code"],"scope":"openid offline_access","application_type":"web",
         "id_token_signed_response_alg":"ES256","default_max_age":60,"require_auth_time":true,"contacts":["a@a.example"],
         "logo_uri":"https://a.example/l","client_uri":"https://a.example/","policy_uri":"https://a.example/p",
         "tos_uri":"https://a.example/t","initiate_login_uri":"https://a.example/i",
         "jwks":{"keys":[]},"jwks_uri":"https://a.example/k","software_id":"x","first_party":true,"trusted":true,"require_pkce":true,
         "resources":["https://api.example"],"default_resources":["https://api.example"],"refresh_grace_seconds":5,
         "id_token_claims":"minimal","allowed_resources":["https://api.example"],"access_token_signed_response_alg":"RS256",
         "client_assertion_audience":"token_endpoint","token_endpoint_auth_signing_alg":"ES256","service_account":true,
         "require_second_factor":true,"brand":{"colour":"#1a7f4b"},
         "token_exchange":{"subject_clients":["a"],"audiences":["https://api.example"],"mode":"delegation"},
         "require_pushed_authorization_requests":true,"backchannel_token_delivery_mode":"poll",
         "claims_mapping":[{"claim":"team","value":"red"}],
         "backchannel_logout_uri":"https://a.example/bye"}
        """;

    [Fact]
    public void A_registration_of_known_members_is_plain()
    {
        Assert.True(Of(Everything).IsPlain);
        // Json is the whole, IsPublic and MustUsePkce are derived.
        Assert.Equal(typeof(ClientMetadata).GetProperties().Length - 2, JsonElement.Parse(Everything).EnumerateObject().Count());
    }

    [Theory]
    [InlineData("require_pushed_authorization_requests", "\"yes\"")]
    [InlineData("dpop_bound_access_tokens", "true")]
    [InlineData("tls_client_certificate_bound_access_tokens", "true")]
    [InlineData("userinfo_signed_response_alg", "\"RS256\"")]
    [InlineData("id_token_encrypted_response_alg", "\"RSA-OAEP-256\"")]
    [InlineData("userinfo_encrypted_response_alg", "\"RSA-OAEP-256\"")]
    [InlineData("introspection_encrypted_response_alg", "\"RSA-OAEP-256\"")]
    [InlineData("authorization_encrypted_response_alg", "\"RSA-OAEP-256\"")]
    [InlineData("x", "null")]
    [InlineData("Trusted", "true")]
    [InlineData("default_max_age", "\"soon\"")]
    [InlineData("require_pkce", "\"yes\"")]
    public void A_member_that_is_unknown_or_of_another_type_makes_a_registration_not_plain(string name, string value) =>
        Assert.False(Of($$"""{"client_name":"A","{{name}}":{{value}}}""").IsPlain);

    [Fact]
    public void What_another_program_wrote_beside_the_metadata_makes_a_registration_not_plain()
    {
        Action<Client>[] changes =
        [
            row => row.Settings = """{"tkn_lft:act":"00:00:30"}""",
            row => row.Requirements = """["ft:par"]""",
            row => row.Properties = """{"metadata":{},"more":{}}""",
            row => row.Properties = """{"metadata":[]}""",
            row => row.ConsentType = "external",
            row => row.ClientType = "hybrid",
        ];
        foreach (var change in changes)
        {
            var row = Row("{}");
            Assert.True(RegisteredClient.Of(row).IsPlain);
            change(row);
            Assert.False(RegisteredClient.Of(row).IsPlain);
        }
    }

    private static RegisteredClient Of(string json) => RegisteredClient.Of(Row(json));

    private static Client Row(string json) =>
        ClientRegistration.NewClient(
            Guid.CreateVersion7(), "a", ClientMetadataReader.Read(JsonElement.Parse(json), []), secret: null, new ClientSecrets(
                new SecretOptions { SecretKey = new byte[32] }, TimeProvider.System));
}
