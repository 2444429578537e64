using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthServer.EndToEndTests.RelyingParties;

/// <summary>ASP.NET Core's AddOpenIdConnect pushes its requests where the server offers it.</summary>
[Collection(nameof(ClientServer))]
public sealed class AspNetCorePushTests(ClientServer server) : IAsyncLifetime
{
    private WebApplication? _app;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(server.Served).ConfigureKestrel(
            kestrel => kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = server.Certificate));
        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication(options =>
            {
                options.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme;
                options.DefaultChallengeScheme = OpenIdConnectDefaults.AuthenticationScheme;
            })
            .AddCookie()
            .AddOpenIdConnect(options =>
            {
                options.Authority = server.Issuer;
                options.ClientId = "served";
                options.ClientSecret = server.Secret;
                options.ResponseType = "code";
                // For the hint of a sign-out.
                options.SaveTokens = true;
                options.Scope.Add("email");
                options.BackchannelHttpHandler = Visitor.NewHandler(server.Authority.Root);
            });
        _app = builder.Build();
        _app.UseAuthentication();
        _app.UseAuthorization();
        _app.MapGet("/", (ClaimsPrincipal user) => $"Hello {user.FindFirstValue("name")}").RequireAuthorization();
        _app.MapGet("/gone", () => "Signed out");
        _app.MapGet("/leave", () => Results.SignOut(
            new() { RedirectUri = "/gone" },
            [CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme]));
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
    }

    [Fact]
    public async Task A_person_signs_in_by_a_pushed_request_and_out_again()
    {
        using var person = server.NewVisitor("aspnetcore");
        Assert.Contains("Hello Olive Example", (await person.OpenAsync(server.Served)).Text, StringComparison.Ordinal);
        var request = person.Seen.First(seen => seen.AbsolutePath == "/connect/authorize");
        Assert.Contains("request_uri=", request.Query, StringComparison.Ordinal);
        Assert.DoesNotContain("redirect_uri=", request.Query, StringComparison.Ordinal);

        Assert.Equal("Signed out", (await person.OpenAsync(server.Served + "/leave")).Text);
        person.Seen.Clear();
        await person.OpenAsync(server.Served);
        Assert.Contains(person.Seen, seen => seen.AbsolutePath == "/signin");
    }
}
