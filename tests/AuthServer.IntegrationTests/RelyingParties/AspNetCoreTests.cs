using System.Net;
using System.Net.Http.Headers;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Mvc.Testing.Handlers;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthServer.IntegrationTests.RelyingParties;

/// <summary>ASP.NET Core's own OpenID Connect client, set up as its documentation says, and the resource API with JwtBearer.</summary>
public abstract class AspNetCoreTests(DatabaseKind kind)
{
    private const string App = "https://web.example.test";

    [Fact]
    public async Task A_web_app_signs_a_person_in_reads_userinfo_calls_the_api_and_signs_out()
    {
        await using var host = await AuthServerHost.StartAsync(new HostSetup(kind));
        await using var app = await StartAppAsync(host.Issuer);
        var (person, visitor) = (host.NewBrowser(), Visitor(app));

        // The app sends the person away; they sign in; the answer comes back as a posted form.
        using var challenge = await visitor.GetAsync("/me");
        var page = await person.OpenAsync(challenge.Headers.Location!.PathAndQuery);
        page = await person.SignInAsync(Seed.Alice.Email, Seed.Alice.Password, page: page);
        var form = page.Form(App + "/signin-oidc")!;
        var fields = form.QuerySelectorAll("input[name]")
            .Select(i => KeyValuePair.Create(i.GetAttribute("name")!, i.GetAttribute("value") ?? ""));
        using var callback = await visitor.PostAsync("/signin-oidc", new FormUrlEncodedContent(fields));
        Assert.Equal(HttpStatusCode.Redirect, callback.StatusCode);
        Assert.Equal("Alice|alice@example.test", await visitor.GetStringAsync("/me"));

        await CallApiAsync(host.Issuer, await visitor.GetStringAsync("/token"));

        using var leave = await visitor.PostAsync("/leave", null);
        var after = await person.OpenAsync(leave.Headers.Location!.PathAndQuery);
        Assert.StartsWith(App + "/signed-out?state=", after.LeftTo!.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal("login_required", (await person.AuthorizeAsync(Seed.Web(host.Issuer), extra: [("prompt", "none")])).Error);
    }

    private static async Task CallApiAsync(Issuer issuer, string accessToken)
    {
        var data = Directory.CreateTempSubdirectory("notes-");
        await using var api = new WebApplicationFactory<ResourceApi.ScopePolicies>().WithWebHostBuilder(web =>
        {
            web.UseSetting("API_BASE_URL", issuer.Text);
            web.UseSetting("RESOURCE_URL", Seed.Api);
            web.UseSetting("RESOURCE_DATA", data.FullName);
            web.ConfigureTestServices(services =>
            {
                services.UseQuietLogs();
                services.Configure<JwtBearerOptions>(
                    JwtBearerDefaults.AuthenticationScheme, options => options.BackchannelHttpHandler = issuer.Connect());
            });
        });
        using var client = api.CreateClient();
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/v1/notes")).StatusCode);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var notes = await client.GetAsync("/v1/notes");
        Assert.Equal((HttpStatusCode.OK, "[]"), (notes.StatusCode, await notes.Content.ReadAsStringAsync()));
    }

    private static HttpClient Visitor(WebApplication app) =>
        new(new CookieContainerHandler { InnerHandler = app.GetTestServer().CreateHandler() }) { BaseAddress = new Uri(App) };

    private static async Task<WebApplication> StartAppAsync(Issuer issuer)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication(options =>
            {
                options.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme;
                options.DefaultChallengeScheme = OpenIdConnectDefaults.AuthenticationScheme;
            })
            .AddCookie()
            .AddOpenIdConnect(options =>
            {
                options.Authority = issuer.Text;
                options.BackchannelHttpHandler = issuer.Connect();
                options.ClientId = "web";
                options.ClientSecret = Seed.Web(issuer).Secret;
                options.ResponseType = "code";
                options.SaveTokens = true;
                options.MapInboundClaims = false;
                options.GetClaimsFromUserInfoEndpoint = true;
                options.SignedOutCallbackPath = "/signed-out";
                foreach (var scope in new[] { "email", "offline_access", "notes:read" }) options.Scope.Add(scope);
            });
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/me", (HttpContext http) => $"{http.User.FindFirst("given_name")?.Value}|{http.User.FindFirst("email")?.Value}")
            .RequireAuthorization();
        app.MapGet("/token", (HttpContext http, CancellationToken _) => http.GetTokenAsync("access_token")).RequireAuthorization();
        app.MapPost(
            "/leave", () =>
                Results.SignOut(
                    new() { RedirectUri = "/" },
                        [CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme]));
        await app.StartAsync();
        return app;
    }
}

public sealed class AspNetCoreOnSqliteTests() : AspNetCoreTests(DatabaseKind.Sqlite);

public sealed class AspNetCoreOnPostgresTests() : AspNetCoreTests(DatabaseKind.Postgres);
