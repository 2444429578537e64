using System.Net;

namespace AuthServer.IntegrationTests.Protocol.Registration;

/// <summary>CIBA Core 1.0 section 4: a client that asks people who are elsewhere registers itself.</summary>
/// <remarks>It has this server write to people whom it names: the operator knows to whom an initial access token was given.</remarks>
public abstract class CibaRegistrationTests(RegistrationHost fixture)
{
    [Fact]
    public async Task A_client_of_ciba_registers_itself_with_an_initial_access_token()
    {
        const string json = """
            {"grant_types":["urn:openid:params:grant-type:ciba"],"scope":"openid","backchannel_token_delivery_mode":"ping",
             "backchannel_client_notification_endpoint":"https://own.example/ciba","backchannel_user_code_parameter":false}
            """;
        var registered = await fixture.NewClientAsync(json);
        Assert.Equal(
            ("ping", "https://own.example/ciba"),
            (registered.Text("backchannel_token_delivery_mode"), registered.Text("backchannel_client_notification_endpoint")));
        foreach (var (part, other) in new[]
        {
            (",\"backchannel_client_notification_endpoint\":\"https://own.example/ciba\"", ""),
            ("https://own.example/ciba", "http://own.example/ciba"), ("https://own.example/ciba", "https://own.example/ciba#x"),
            ("\"ping\"", "\"telephone\""), ("false", "true"),
            ("false", "false,\"backchannel_authentication_request_signing_alg\":\"ES256\""),
            ("false", "false,\"jwks_uri\":\"https://own.example/k\",\"backchannel_authentication_request_signing_alg\":\"none\""),
        })
        {
            var wrong = json.Replace("\n", "", StringComparison.Ordinal).Replace(", ", ",", StringComparison.Ordinal)
                .Replace(part, other, StringComparison.Ordinal);
            var (status, answer, _) = await fixture.RegisterAsync(wrong, (await fixture.NewTokenAsync()).Text);
            Assert.Equal((HttpStatusCode.BadRequest, "invalid_client_metadata"), (status, answer.GetProperty("error").GetString()));
        }
    }
}

public sealed class CibaRegistrationOnSqlite(TokenRegistrationOnSqlite fixture)
    : CibaRegistrationTests(fixture), IClassFixture<TokenRegistrationOnSqlite>;

public sealed class CibaRegistrationOnPostgres(TokenRegistrationOnPostgres fixture)
    : CibaRegistrationTests(fixture), IClassFixture<TokenRegistrationOnPostgres>;
