using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Protocol.Authorization;
using AuthServer.Protocol.Claims;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>Scopes and resources that a client is not registered for: what the log says of them, and SCOPES_UNKNOWN=refuse.</summary>
public sealed class UnknownNamesTests
{
    [Fact]
    public async Task A_scope_that_is_left_out_is_logged_once_for_each_client_and_scope()
    {
        var lines = new LogLines<LeftOutScopes>();
        await using var host = await StartAsync(services => services.AddSingleton<ILogger<LeftOutScopes>>(lines));
        var browser = await SignedInAsync(host);
        foreach (var scope in new[] { "openid groups", "openid groups roles", "openid groups" })
        {
            Assert.NotNull((await browser.AuthorizeAsync(Seed.Spa(host.Issuer), scope)).Code);
        }

        Assert.NotNull((await browser.AuthorizeAsync(Seed.Shrinking(host.Issuer), "openid groups")).Code);
        Assert.Equal(
            ["Client shrinking asks for the scope groups", "Client spa asks for the scope groups", "Client spa asks for the scope roles"],
            lines.All.Select(line => line.Split(',')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Where_unknown_scopes_are_refused_one_makes_an_invalid_scope_and_offline_access_is_still_left_out()
    {
        await using var host = await StartAsync(_ => { }, ("SCOPES_UNKNOWN", "refuse"));
        var browser = await SignedInAsync(host);
        var app = Seed.Spa(host.Issuer);
        foreach (var scope in new[] { "openid groups", "openid users:read" })
        {
            var refused = await browser.AuthorizeAsync(app, scope);
            Assert.Equal("invalid_scope", refused.Error);
            Assert.Contains(scope.Split(' ')[1], refused.Parameters["error_description"], StringComparison.Ordinal);
        }

        Assert.NotNull((await browser.AuthorizeAsync(app, "openid profile")).Code);
        var native = Seed.Native(host.Issuer, "https://native.example.test/cb");
        var tokens = await native.RedeemCodeAsync(await browser.AuthorizeAsync(native, "openid offline_access"));
        Assert.Equal("openid", tokens.Text("scope"));
    }

    [Fact]
    public async Task The_log_tells_a_resource_that_does_not_exist_from_one_that_is_not_for_the_client()
    {
        var lines = new LogLines<TokenAudience>();
        await using var host = await StartAsync(services => services.AddSingleton<ILogger<TokenAudience>>(lines));
        var machine = Seed.Machine(host.Issuer);
        foreach (var resource in new[] { Seed.Reports, Seed.Reports + "/", "urn:a\r\nb" })
        {
            Assert.NotNull((await machine.ClientCredentialsAsync(null, ("resource", resource))).Error);
        }

        Assert.Equal(
            [
                $"Client machine was refused a token for the resource {Seed.Reports}: " +
                "neither a scope that was asked for nor its allowed_resources name it",
                $"Client machine was refused a token for the resource {Seed.Reports}/: there is no such resource",
                "Client machine was refused a token for the resource urn:ab: there is no such resource",
            ],
            lines.All);
    }

    private static Task<AuthServerHost> StartAsync(Action<IServiceCollection> services, params (string Key, string Value)[] settings) =>
        AuthServerHost.StartAsync(new HostSetup(DatabaseKind.Sqlite)
        {
            Services = services, Settings = settings.ToDictionary(s => s.Key, s => s.Value),
        });

    private static async Task<Browser> SignedInAsync(AuthServerHost host)
    {
        var browser = host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        return browser;
    }
}
