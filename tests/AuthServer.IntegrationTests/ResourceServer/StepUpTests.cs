using System.Net;
using System.Net.Http.Json;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthServer.IntegrationTests.ResourceServer;

/// <summary>RFC 9470: the API refuses an old sign-in, the app asks for a new one, and the payment passes.</summary>
public sealed class StepUpTests(StepUpTests.Server fixture) : IClassFixture<StepUpTests.Server>
{
    private const string Api = "https://payments.example.test";

    public sealed class Server() : HostFixture(DatabaseKind.Sqlite)
    {
        private readonly string _seed = Path.Combine(Path.GetTempPath(), $"seed-{Guid.CreateVersion7():N}.json");

        protected override HostSetup Prepare(HostSetup setup)
        {
            ArgumentNullException.ThrowIfNull(setup);
            File.WriteAllText(
                _seed,
                $$"""
                {
                  "scopes": [{ "name": "payments:write", "description": "Pay", "resources": ["{{Api}}"] }],
                  "clients": [{ "client_id": "shop", "token_endpoint_auth_method": "none",
                    "redirect_uris": ["https://shop.example.test/cb"], "trusted": true,
                    "grant_types": ["authorization_code", "refresh_token"], "scope": "offline_access payments:write" }],
                  "users": [{ "email": "alice@example.test", "password": "Correct-Horse-7-Battery", "first_name": "Alice",
                    "last_name": "Archer" }]
                }
                """);
            return setup with { SeedFile = _seed };
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            File.Delete(_seed);
            GC.SuppressFinalize(this);
        }
    }

    [Fact]
    public async Task An_old_sign_in_is_refused_with_what_is_needed_and_the_new_one_pays()
    {
        await using var api = new PaymentsHost(fixture);
        var app = new ClientApp(fixture.Issuer, "shop", null, "https://shop.example.test/cb");
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "offline_access payments:write"));
        Assert.Equal(HttpStatusCode.Created, (await api.PayAsync(tokens.AccessToken)).StatusCode);

        fixture.Time.Advance(TimeSpan.FromMinutes(20));
        // A refresh is no sign-in.
        tokens = await app.RefreshAsync(tokens.RefreshToken);
        using var refused = await api.PayAsync(tokens.AccessToken);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        var challenge = refused.Headers.WwwAuthenticate.ToString();
        Assert.Contains("error=\"insufficient_user_authentication\"", challenge, StringComparison.Ordinal);
        Assert.Contains("max_age=\"900\"", challenge, StringComparison.Ordinal);
        Assert.Contains("resource_metadata=", challenge, StringComparison.Ordinal);

        var request = app.NewRequest("offline_access payments:write", [("max_age", "900")]);
        var page = await browser.OpenAsync(request.Address);
        Assert.True(page.HasForm("/signin"), page.ToString());
        var back = await browser.SignInAsync(Seed.Alice.Email, Seed.Alice.Password, page: page);
        tokens = await app.RedeemCodeAsync(AuthorizationAnswer.Read(request, back));
        Assert.Equal(HttpStatusCode.Created, (await api.PayAsync(tokens.AccessToken)).StatusCode);
    }

    [Fact]
    public async Task A_token_that_says_nothing_of_the_sign_in_does_not_pay_and_the_needed_acr_is_told()
    {
        await using var api = new ApiHost(
            ("PAYMENT_GATEWAY_URL", "https://gateway.example.test/"), ("PAYMENT_GATEWAY_KEY", "x"),
            ("PAYMENT_ACR_VALUES", "strong stronger"));
        foreach (var change in new Action<Dictionary<string, object>>[]
        {
            claims => claims.Remove("auth_time"), claims => claims["acr"] = "weak", claims => claims["auth_time"] = "soon",
        })
        {
            using var refused = await api.SendAsync(
                HttpMethod.Post, "/v1/payments", api.Issuer.Issue(change), new { amount = 10, currency = "EUR" });
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.Contains("acr_values=\"strong stronger\"", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }

        using var paid = await api.SendAsync(
            HttpMethod.Post, "/v1/payments", api.Issuer.Issue(claims => claims["acr"] = "stronger"), new { amount = 10, currency = "EUR" });
        Assert.Equal(HttpStatusCode.Created, paid.StatusCode);
    }

    /// <summary>The API, which reads the keys of the real server.</summary>
    private sealed class PaymentsHost(Server server) : WebApplicationFactory<ResourceApi.ScopePolicies>
    {
        private readonly string _data = Directory.CreateTempSubdirectory("payments-").FullName;

        public async Task<HttpResponseMessage> PayAsync(string token)
        {
            using var client = CreateClient();
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/payments")
            {
                Content = JsonContent.Create(new { amount = 1250, currency = "EUR" }),
            };
            request.Headers.Authorization = new("Bearer", token);
            return await client.SendAsync(request);
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(_data, recursive: true);
        }

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseSetting("API_BASE_URL", server.Issuer.Text).UseSetting("RESOURCE_URL", Api).UseSetting("RESOURCE_DATA", _data);
            builder.UseSetting("PAYMENT_GATEWAY_URL", "https://gateway.example.test/").UseSetting("PAYMENT_GATEWAY_KEY", "x");
            builder.ConfigureTestServices(services =>
            {
                services.Replace(ServiceDescriptor.Singleton<TimeProvider>(server.Time));
                services.Configure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, options =>
                {
                    options.BackchannelHttpHandler = server.Host.Server.CreateHandler();
                    options.TimeProvider = server.Time;
                    options.TokenValidationParameters.LifetimeValidator = (_, expires, _, _) => expires > server.Time.GetUtcNow();
                });
                services.AddHttpClient<ResourceApi.Payments.PaymentGateway>()
                    .ConfigurePrimaryHttpMessageHandler(() => new PaymentRecorder());
            });
        }
    }
}
