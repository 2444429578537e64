using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Protocol.Devices;

/// <summary>RFC 8628 section 5.1: codes cannot be guessed; and what the setting takes away.</summary>
public sealed class DeviceLimitTests
{
    [Fact]
    public async Task Whoever_tries_codes_waits_after_five_wrong_ones()
    {
        await using var host = await AuthServerHost.StartAsync(new HostSetup(DatabaseKind.Sqlite));
        var asked = await Seed.Television(host.Issuer).AskForDeviceAsync();
        var browser = host.NewBrowser();
        await browser.SignInAsync(Seed.Bob);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.TypeCodeAsync("BBBB-BBB" + "BCDFG"[i])).Status);
        }

        // A right one is not looked up either.
        var page = await browser.TypeCodeAsync(asked.UserCode());
        Assert.Equal(HttpStatusCode.TooManyRequests, page.Status);
        Assert.NotNull(page.Headers.RetryAfter);
        var other = host.NewBrowser();
        await other.SignInAsync(Seed.Alice);
        Assert.True((await other.TypeCodeAsync(asked.UserCode())).HasForm("/device/decision"));
    }

    /// <summary>Each counts before it is looked up.</summary>
    [Fact]
    public async Task Thirty_guesses_at_once_are_five()
    {
        await using var host = await AuthServerHost.StartAsync(new HostSetup(DatabaseKind.Sqlite));
        var browser = host.NewBrowser();
        await browser.SignInAsync(Seed.Bob);
        const string letters = "BCDFGHJKLMNPQRSTVWXZ";
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(
            i => browser.OpenAsync($"/device?user_code=BBBBBB{letters[i / 20]}{letters[i % 20]}")));
        Assert.Equal(5, answers.Count(a => a.Status == HttpStatusCode.UnprocessableEntity));
        Assert.Equal(25, answers.Count(a => a.Status == HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task Right_codes_count_for_nothing()
    {
        await using var host = await AuthServerHost.StartAsync(new HostSetup(DatabaseKind.Sqlite));
        var asked = await Seed.Television(host.Issuer).AskForDeviceAsync();
        var browser = host.NewBrowser();
        await browser.SignInAsync(Seed.Bob);
        for (var i = 0; i < 4; i++) await browser.TypeCodeAsync("BBBB-BBB" + "BCDF"[i]);
        // Nor do they take the wrong ones back.
        for (var i = 0; i < 8; i++) Assert.True((await browser.TypeCodeAsync(asked.UserCode())).HasForm("/device/decision"));
        await browser.TypeCodeAsync("BBBB-BBBG");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await browser.TypeCodeAsync(asked.UserCode())).Status);
    }

    [Fact]
    public async Task Devices_of_one_address_wait_when_they_ask_too_often()
    {
        await using var host = await AuthServerHost.StartAsync(new HostSetup(DatabaseKind.Sqlite)
        {
            Settings = new Dictionary<string, string> { ["DEVICE_REQUESTS_PER_ADDRESS_PER_MINUTE"] = "2" },
        });
        var device = Seed.Television(host.Issuer);
        Assert.True((await device.AskForDeviceAsync()).IsOk);
        Assert.True((await device.AskForDeviceAsync()).IsOk);
        var answer = await device.AskForDeviceAsync();
        Assert.Equal((HttpStatusCode.TooManyRequests, "temporarily_unavailable"), (answer.Status, answer.Error));
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task Where_it_is_switched_off_nothing_of_it_is_there()
    {
        await using var host = await AuthServerHost.StartAsync(new HostSetup(DatabaseKind.Sqlite)
        {
            Settings = new Dictionary<string, string> { ["DEVICE_AUTHORIZATION"] = "false" },
        });
        var device = Seed.Television(host.Issuer);
        Assert.Equal(HttpStatusCode.NotFound, (await device.AskForDeviceAsync()).Status);
        Assert.Equal("unsupported_grant_type", (await device.PollDeviceAsync(new string('A', 43))).Error);
        Assert.Equal(HttpStatusCode.NotFound, (await host.NewBrowser().OpenAsync("/device")).Status);
        var document = (await host.Issuer.DiscoverAsync()).ToString();
        Assert.DoesNotContain("device", document, StringComparison.Ordinal);
    }
}
