using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Protocol.Devices;

/// <summary>RFC 8628 section 5 and the rules for cross-device flows: what must not work.</summary>
public abstract class DeviceAttackTests(HostFixture fixture)
{
    [Fact]
    public async Task Eight_polls_at_once_give_tokens_once()
    {
        var device = Seed.Television(fixture.Issuer);
        var asked = await device.AskForDeviceAsync("openid offline_access");
        await (await fixture.SignedInAsync(Seed.Alice)).DecideAsync(asked);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => device.PollDeviceAsync(asked.DeviceCode())));
        var won = Assert.Single(answers, a => a.IsOk);
        Assert.All(answers.Where(a => a != won), a => Assert.Equal("invalid_grant", a.Error));
        Assert.True((await device.RefreshAsync(won.RefreshToken)).IsOk);
        Assert.Equal("invalid_grant", (await device.PollDeviceAsync(asked.DeviceCode())).Error);
    }

    [Fact]
    public async Task The_device_code_of_one_client_is_worth_nothing_to_another()
    {
        var (device, other) = (Seed.Television(fixture.Issuer), Seed.Tool(fixture.Issuer));
        var asked = await device.AskForDeviceAsync();
        await (await fixture.SignedInAsync(Seed.Alice)).DecideAsync(asked);
        Assert.Equal("invalid_grant", (await other.PollDeviceAsync(asked.DeviceCode())).Error);
        Assert.True((await device.PollDeviceAsync(asked.DeviceCode())).IsOk);
    }

    [Fact]
    public async Task A_user_code_is_no_device_code_and_no_other_code()
    {
        var device = Seed.Television(fixture.Issuer);
        var asked = await device.AskForDeviceAsync();
        Assert.Equal("invalid_grant", (await device.PollDeviceAsync(asked.UserCode())).Error);
        Assert.Equal("invalid_grant", (await device.PollDeviceAsync(new string('A', 43))).Error);
        Assert.Equal("invalid_request", (await device.PollDeviceAsync(null)).Error);
        Assert.Equal("invalid_grant", (await device.RefreshAsync(asked.DeviceCode())).Error);
        var browser = await fixture.SignedInAsync(Seed.Bob);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.TypeCodeAsync(asked.DeviceCode())).Status);
    }

    /// <summary>Section 5.4: the link with the code in it asks as the page does.</summary>
    [Fact]
    public async Task Nothing_is_allowed_by_opening_a_link()
    {
        var device = Seed.Tool(fixture.Issuer);
        var asked = await device.AskForDeviceAsync();
        var browser = await fixture.SignedInAsync(Seed.Bob);
        var link = new Uri(asked.Text("verification_uri_complete")!).PathAndQuery;
        Assert.True((await browser.OpenAsync(link)).HasForm("/device/decision"));
        await browser.OpenAsync(link + "&decision=allow");
        Assert.Equal("authorization_pending", (await device.PollDeviceAsync(asked.DeviceCode())).Error);
    }

    [Fact]
    public async Task A_page_that_another_person_saw_or_of_another_request_allows_nothing()
    {
        var device = Seed.Television(fixture.Issuer);
        var (asked, other) = (await device.AskForDeviceAsync("openid"), await device.AskForDeviceAsync("openid email offline_access"));
        var (alice, bob) = (await fixture.SignedInAsync(Seed.Alice), await fixture.SignedInAsync(Seed.Bob));
        var (hers, his) = (await alice.TypeCodeAsync(asked.UserCode()), await bob.TypeCodeAsync(asked.UserCode()));
        var more = await bob.TypeCodeAsync(other.UserCode());
        var (shown, of) = (Field(hers, "shown"), Field(more, "request"));
        foreach (var fields in new (string, string)[][] { [("shown", shown)], [("request", of)], [("shown", "")], [("request", "x")] })
        {
            var refused = await bob.SubmitAsync(his, "/device/decision", [("decision", "allow"), .. fields]);
            Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        }

        Assert.Equal("authorization_pending", (await device.PollDeviceAsync(asked.DeviceCode())).Error);
        Assert.Equal("authorization_pending", (await device.PollDeviceAsync(other.DeviceCode())).Error);
    }

    [Fact]
    public async Task A_request_is_decided_once()
    {
        var device = Seed.Television(fixture.Issuer);
        var asked = await device.AskForDeviceAsync();
        var (alice, bob) = (await fixture.SignedInAsync(Seed.Alice), await fixture.SignedInAsync(Seed.Bob));
        var (hers, his) = (await alice.TypeCodeAsync(asked.UserCode()), await bob.TypeCodeAsync(asked.UserCode()));
        await alice.SubmitAsync(hers, "/device/decision", ("decision", "deny"));
        var late = await bob.SubmitAsync(his, "/device/decision", ("decision", "allow"));
        Assert.Contains("has ended", late.Body, StringComparison.Ordinal);
        Assert.Equal("access_denied", (await device.PollDeviceAsync(asked.DeviceCode())).Error);
    }

    [Fact]
    public async Task A_person_who_has_signed_out_since_has_allowed_nothing()
    {
        var device = Seed.Television(fixture.Issuer);
        var asked = await device.AskForDeviceAsync("openid offline_access");
        var browser = await fixture.SignedInAsync(Seed.Bob);
        await browser.DecideAsync(asked);
        await browser.SubmitAsync(await browser.OpenAsync("/signout"), "/signout");
        Assert.Equal("invalid_grant", (await device.PollDeviceAsync(asked.DeviceCode())).Error);
    }

    [Fact]
    public async Task The_page_is_for_people_who_are_signed_in()
    {
        var browser = fixture.Host.NewBrowser();
        foreach (var address in new[] { "/device", "/device?user_code=WDJBMJHT", "/device?user_code=//evil.example" })
        {
            Assert.Equal("/signin", (await browser.OpenAsync(address)).Address.AbsolutePath);
        }
    }

    [Fact]
    public async Task A_client_without_the_grant_asks_and_polls_in_vain()
    {
        var device = Seed.Television(fixture.Issuer);
        var asked = await device.AskForDeviceAsync();
        var machine = Seed.Machine(fixture.Issuer);
        Assert.Equal("unauthorized_client", (await machine.AskForDeviceAsync("notes:read")).Error);
        Assert.Equal("unauthorized_client", (await machine.PollDeviceAsync(asked.DeviceCode())).Error);
        var guesser = Seed.Tool(fixture.Issuer) with { Secret = "wrong" };
        Assert.Equal("invalid_client", (await guesser.AskForDeviceAsync()).Error);
        Assert.Equal("invalid_client", (await (device with { ClientId = "nobody" }).AskForDeviceAsync()).Error);
    }

    [Theory]
    [InlineData("scope", "users:write", "invalid_scope")]
    [InlineData("resource", "https://ledger.example.test", "invalid_target")]
    [InlineData("claims", "{", "invalid_request")]
    [InlineData("authorization_details", "[{\"type\":\"payment\"}]", "invalid_authorization_details")]
    public async Task A_request_for_what_the_client_may_not_have_is_refused_at_once(string name, string value, string error)
    {
        var answer = await Seed.Television(fixture.Issuer).AskForDeviceAsync(name == "scope" ? value : "openid", name == "scope"
            ? [] : [(name, value)]);
        Assert.Equal((HttpStatusCode.BadRequest, error), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task A_token_is_for_no_more_than_was_allowed()
    {
        var device = Seed.Television(fixture.Issuer);
        var asked = await device.AskForDeviceAsync("openid", ("resource", "https://auth.example.test"));
        await (await fixture.SignedInAsync(Seed.Alice)).DecideAsync(asked);
        Assert.Equal("invalid_target", (await device.PollDeviceAsync(asked.DeviceCode(), ("resource", Seed.Api))).Error);
        var tokens = await device.PollDeviceAsync(asked.DeviceCode(), ("scope", "openid email notes:read"));
        Assert.Equal("openid", tokens.Text("scope"));
    }

    /// <summary>RFC 9396 section 5: what nobody has allowed is refused, and the refusal costs the device nothing.</summary>
    [Fact]
    public async Task A_poll_for_details_that_nobody_has_allowed_uses_nothing_up()
    {
        var device = Seed.Television(fixture.Issuer);
        var asked = await device.AskForDeviceAsync("openid");
        await (await fixture.SignedInAsync(Seed.Alice)).DecideAsync(asked);
        var refused = await device.PollDeviceAsync(asked.DeviceCode(), ("authorization_details", "[{\"type\":\"payment\"}]"));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_authorization_details"), (refused.Status, refused.Error));
        Assert.True((await device.PollDeviceAsync(asked.DeviceCode())).IsOk);
    }

    private static string Field(Page page, string name) =>
        page.Document.QuerySelector($"input[name={name}]")?.GetAttribute("value") ?? throw new InvalidOperationException($"{page}");
}

public sealed class DeviceAttackOnSqliteTests(RealTimeSqliteHost fixture) : DeviceAttackTests(fixture), IClassFixture<RealTimeSqliteHost>;

public sealed class DeviceAttackOnPostgresTests(RealTimePostgresHost fixture)
    : DeviceAttackTests(fixture), IClassFixture<RealTimePostgresHost>;
