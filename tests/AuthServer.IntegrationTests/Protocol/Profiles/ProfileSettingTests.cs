using System.Net;
using System.Text.Json.Nodes;
using AuthServer.Clients.Profiles;
using AuthServer.Configuration;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Seeding;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Protocol.Profiles;

/// <summary>SECURITY_PROFILE on a server whose clients were registered before it was set.</summary>
public sealed class ProfileSettingTests(ProfileSettingTests.Server fixture) : IClassFixture<ProfileSettingTests.Server>
{
    private const string Secret = ProfileServer.Secret;

    public sealed class Server() : HostFixture(DatabaseKind.Sqlite)
    {
        // The rows are written as by a server without the setting: a seed of this one would be refused.
        protected override HostSetup Prepare(HostSetup setup) => setup with
        {
            SeedFile = null, Settings = new Dictionary<string, string> { ["SECURITY_PROFILE"] = "fapi2" },
        };

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            var options = Host.Services.GetRequiredService<SecurityProfileOptions>();
            options.Name = "oauth2.1";
            await CreateAsync(Client("unnamed"));
            var named = Client("named");
            named["security_profile"] = "oidc-basic";
            await CreateAsync(named);
            options.Name = "fapi2";
        }

        internal async Task<CreatedClient> CreateAsync(JsonObject client)
        {
            await using var scope = Host.Services.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<ClientCreation>().CreateAsync(
                System.Text.Encoding.UTF8.GetBytes(client.ToJsonString()), default);
        }
    }

    [Fact]
    public async Task A_client_that_does_not_fit_gets_nothing_at_any_endpoint()
    {
        var app = App("unnamed");
        var request = app.NewRequest("openid");
        var page = await fixture.Host.NewBrowser().OpenAsync(request.Address);
        Assert.True(page is { LeftTo: null, Status: HttpStatusCode.BadRequest }, page.ToString());
        Assert.Equal("unauthorized_client", (await app.PushAsync(request)).Error);
        var machine = await app.ClientCredentialsAsync();
        Assert.Equal("unauthorized_client", machine.Error);
        Assert.Contains("AuthServer clients check", machine.Text("error_description"), StringComparison.Ordinal);
        // What it has it may give back.
        Assert.Equal(HttpStatusCode.OK, (await app.RevokeAsync("no-token")).Status);
    }

    [Fact]
    public async Task A_client_that_names_a_weaker_profile_goes_on()
    {
        Assert.True((await App("named").ClientCredentialsAsync()).IsOk);
    }

    /// <summary>RFC 9126 section 5: whoever reads it knows of no other profile.</summary>
    [Fact]
    public async Task Discovery_says_that_requests_are_pushed()
    {
        var document = await fixture.Issuer.DiscoverAsync();
        Assert.True(document.GetProperty("require_pushed_authorization_requests").GetBoolean());
        Assert.False(document.TryGetProperty("require_signed_request_object", out _));
    }

    [Fact]
    public async Task A_new_registration_has_to_fit()
    {
        var refused = Assert.IsType<CreatedClient.Refused>(await fixture.CreateAsync(Client("another")));
        Assert.Contains(refused.Problems, problem => problem.Message.Contains("private_key_jwt", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_built_in_client_asks_for_passwords_and_is_refused()
    {
        using var answer = await fixture.Issuer.Http.PostAsync(
            "/v1/auth/login", new StringContent("""{"email":"a@example.test","password":"x"}""", null, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("unauthorized-client", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_that_there_is_not_stops_the_start()
    {
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => AuthServerHost.StartAsync(
            new HostSetup(DatabaseKind.Sqlite)
            {
                SeedFile = null, Settings = new Dictionary<string, string> { ["SECURITY_PROFILE"] = "fapi3" },
            }));
        Assert.Contains("SECURITY_PROFILE", refused.Message + string.Join(' ', refused.Reasons), StringComparison.Ordinal);
    }

    private ClientApp App(string clientId) => new(fixture.Issuer, clientId, Secret, ProfileServer.RedirectOf(clientId));

    private static JsonObject Client(string clientId) => new()
    {
        ["client_id"] = clientId, ["client_secret"] = Secret, ["scope"] = "openid email",
        ["grant_types"] = new JsonArray("authorization_code", "client_credentials"),
        ["redirect_uris"] = new JsonArray(ProfileServer.RedirectOf(clientId)),
    };
}
