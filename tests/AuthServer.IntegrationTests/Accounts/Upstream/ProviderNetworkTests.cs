using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace AuthServer.IntegrationTests.Accounts.Upstream;

/// <summary>
/// Providers that are slow, or whose discovery document leads this server where it must not go. On one database, which has no part in it.
/// </summary>
public sealed class ProviderNetworkTests(UpstreamOnSqlite fixture) : IClassFixture<UpstreamOnSqlite>
{
    [Fact]
    public async Task A_provider_that_is_slow_holds_one_person_up_for_a_while_and_nobody_after_that()
    {
        await using var slow = await UpstreamServer.StartAsync(fixture.Time);
        await using var host = await StartAsync(slow);
        var (asked, times) = (new TaskCompletionSource(), 0);
        slow.Discovery = async http =>
        {
            Interlocked.Increment(ref times);
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        // Together: each would wait for the one before.
        var waiting = Enumerable.Range(0, 3).Select(_ => PressAsync(host)).ToList();
        await asked.Task;
        fixture.Time.Advance(TimeSpan.FromSeconds(11));
        foreach (var page in await Task.WhenAll(waiting)) AssertUnavailable(page);
        AssertUnavailable(await PressAsync(host));
        Assert.Equal(1, times);

        slow.Discovery = null;
        AssertUnavailable(await PressAsync(host));
        fixture.Time.Advance(TimeSpan.FromSeconds(16));
        Assert.NotNull((await PressAsync(host)).LeftTo);
    }

    [Theory]
    [InlineData("/token", "https://10.0.0.1/token")]
    [InlineData("/token", "https://[fd00::1]/token")]
    [InlineData("/token", "https://169.254.169.254/latest/meta-data")]
    [InlineData("/token", "https://127.0.0.1:9443/token")]
    [InlineData("/token", "http://127.0.0.1:6379/token")]
    [InlineData("/token", "http://public.example.test/token")]
    [InlineData("/token", "https://public.example.test:25/token")]
    public async Task No_code_and_no_secret_goes_to_an_address_that_is_private_or_without_tls(string endpoint, string address)
    {
        await using var odd = await UpstreamServer.StartAsync(fixture.Time);
        await using var host = await StartAsync(odd);
        odd.Discovery = async http =>
        {
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(odd.DiscoveryText().Replace(odd.Issuer + endpoint, address, StringComparison.Ordinal));
            return true;
        };
        var browser = host.NewBrowser();
        var page = await browser.OpenAsync(odd.Approve(await UpstreamFixture.GoAsync(browser, "odd"), fixture.NewPerson()));
        AssertUnavailable(page);
        Assert.Equal("/signin", (await browser.OpenAsync("/account")).Address.AbsolutePath);
    }

    [Fact]
    public async Task No_key_is_fetched_from_another_port_of_this_machine()
    {
        await using var other = await UpstreamServer.StartAsync(fixture.Time);
        var asked = 0;
        other.Discovery = _ => Task.FromResult(Interlocked.Increment(ref asked) == 0);
        await using var odd = await UpstreamServer.StartAsync(fixture.Time);
        await using var host = await StartAsync(odd);
        odd.Discovery = async http =>
        {
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(odd.DiscoveryText().Replace(
                odd.Issuer + "/jwks", other.Issuer + "/.well-known/openid-configuration", StringComparison.Ordinal));
            return true;
        };
        AssertUnavailable(await PressAsync(host));
        Assert.Equal(0, asked);
    }

    [Fact]
    public async Task A_provider_that_goes_away_between_the_request_and_the_answer_is_told_calmly()
    {
        var gone = await UpstreamServer.StartAsync(fixture.Time);
        await using var host = await StartAsync(gone);
        var browser = host.NewBrowser();
        var answer = gone.Approve(await UpstreamFixture.GoAsync(browser, "odd"), fixture.NewPerson());
        await gone.DisposeAsync();
        AssertUnavailable(await browser.OpenAsync(answer));
    }

    private Task<AuthServerHost> StartAsync(UpstreamServer server) => AuthServerHost.StartAsync(new HostSetup(DatabaseKind.Sqlite)
    {
        Time = fixture.Time,
        Settings = new Dictionary<string, string>(server.SettingsOf("odd")) { ["UPSTREAM_PROVIDERS"] = "odd" },
    });

    private static async Task<Page> PressAsync(AuthServerHost host)
    {
        var browser = host.NewBrowser();
        return await browser.SubmitAsync(await browser.OpenAsync("/signin"), "/signin/with", ("provider", "odd"));
    }

    private static void AssertUnavailable(Page page)
    {
        Assert.True(page.Status == HttpStatusCode.ServiceUnavailable, page.ToString());
        Assert.Contains("Odd does not answer right now", page.Body, StringComparison.Ordinal);
    }
}
