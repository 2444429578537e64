using System.Net.Http.Headers;
using AuthServer.EndToEndTests.Fixtures;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>A web app on ASP.NET Core's AddOpenIdConnect, with its defaults (form_post), and the API behind JwtBearer.</summary>
public sealed class AspNetCoreAppTests(World world) : Journey(world)
{
    private WebApplication? _app;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _app = await StartAsync(World.Server, World.Api, World.Ledger);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_app is not null) await _app.DisposeAsync();
    }

    [Fact]
    public async Task A_person_signs_in_sees_who_they_are_calls_the_api_and_signs_out()
    {
        await Window.GotoAsync(World.Ledger + "/me");
        await SignIn.SignInAsync(World.EmailOf("lena"), World.Password);
        await Window.GetByRole(AriaRole.Button, new() { Name = "Allow", Exact = true }).ClickAsync();
        await Expect(Window.GetByText("Lena lena@example.test")).ToBeVisibleAsync();

        await Window.GotoAsync(World.Ledger + "/notes");
        await Expect(Window.GetByText("200 []")).ToBeVisibleAsync();

        await Window.GotoAsync(World.Ledger + "/leave");
        await Expect(Window.GetByText("Signed out of Ledger")).ToBeVisibleAsync();
        await Window.GotoAsync(World.Ledger + "/me");
        await SignIn.ExpectAsync();
        AssertBrowserIsContent();
    }

    private static async Task<WebApplication> StartAsync(string server, string api, string address)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication(options =>
            {
                options.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme;
                options.DefaultChallengeScheme = OpenIdConnectDefaults.AuthenticationScheme;
            })
            .AddCookie()
            .AddOpenIdConnect(options =>
            {
                options.Authority = server;
                options.RequireHttpsMetadata = false;
                options.ClientId = "ledger";
                options.ClientSecret = "ledger-secret-Tz5Kc8Wn1PqY4vJsJf5pQ2";
                options.ResponseType = "code";
                options.SaveTokens = true;
                options.MapInboundClaims = false;
                options.GetClaimsFromUserInfoEndpoint = true;
                foreach (var scope in new[] { "email", "offline_access", "notes:read" }) options.Scope.Add(scope);
            });
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/", () => "Signed out of Ledger");
        app.MapGet("/me", (HttpContext http) => $"{http.User.FindFirst("given_name")?.Value} {http.User.FindFirst("email")?.Value}")
            .RequireAuthorization();
        app.MapGet("/notes", async (HttpContext http, CancellationToken stop) =>
        {
            using var client = new HttpClient();
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await http.GetTokenAsync("access_token"));
            using var answer = await client.GetAsync(api + "/v1/notes", stop);
            return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(stop)}";
        }).RequireAuthorization();
        app.MapGet(
            "/leave", () =>
                Results.SignOut(
                    new() { RedirectUri = "/" },
                        [CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme]));
        await app.StartAsync();
        return app;
    }
}
