using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>PUSHED_REQUESTS_REQUIRED and PUSHED_REQUEST_LIFETIME (RFC 9126 sections 2.2 and 5).</summary>
public sealed class PushedRequestSettingTests(PushedRequestSettingTests.Strict fixture) : IClassFixture<PushedRequestSettingTests.Strict>
{
    public sealed class Strict() : HostFixture(DatabaseKind.Sqlite)
    {
        protected override HostSetup Prepare(HostSetup setup)
        {
            ArgumentNullException.ThrowIfNull(setup);
            return setup with
            {
                Settings = new Dictionary<string, string>
                {
                    ["PUSHED_REQUESTS_REQUIRED"] = "true", ["PUSHED_REQUEST_LIFETIME"] = "10m",
                },
            };
        }
    }

    [Fact]
    public async Task Every_client_has_to_push_and_discovery_says_so()
    {
        Assert.True((await fixture.Issuer.DiscoverAsync()).GetProperty("require_pushed_authorization_requests").GetBoolean());
        var (app, browser) = (Seed.Web(fixture.Issuer), fixture.Host.NewBrowser());
        await browser.SignInAsync(Seed.Alice);
        Assert.Equal("invalid_request", (await browser.AuthorizeAsync(app)).Error);
        var request = await app.NewPushedRequestAsync();
        Assert.NotNull(AuthorizationAnswer.Read(request, await browser.OpenAsync(request.Address)).Code);
    }

    [Fact]
    public async Task The_lifetime_is_the_one_of_the_setting()
    {
        var (app, browser) = (Seed.Web(fixture.Issuer), fixture.Host.NewBrowser());
        await browser.SignInAsync(Seed.Alice);
        Assert.Equal(600, (await app.PushAsync(app.NewRequest("openid"))).Json.GetProperty("expires_in").GetInt32());
        var request = await app.NewPushedRequestAsync();
        fixture.Time.Advance(TimeSpan.FromSeconds(590));
        Assert.NotNull(AuthorizationAnswer.Read(request, await browser.OpenAsync(request.Address)).Code);
    }
}
