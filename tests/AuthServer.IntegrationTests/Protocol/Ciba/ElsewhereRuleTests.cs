using System.Text.Json;
using AuthServer.Data.Entities;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Protocol.Devices;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Protocol.Ciba;

/// <summary>
/// What a request from elsewhere, of a device or by CIBA, wants of the sign-in holds on its page as at the authorization endpoint (OpenID
/// Connect Core 3.1.2.1, 5.5.1); whom hints mean; and what its tokens are bound to.
/// </summary>
public abstract class ElsewhereRuleTests(CibaHost fixture)
{
    private const string EssentialFactor = """{"id_token":{"acr":{"essential":true,"values":["urn:authplatform:acr:2fa"]}}}""";

    [Fact]
    public async Task Whoever_has_signed_in_too_long_ago_does_so_again()
    {
        var browser = await fixture.SignedInAsync(Seed.Alice);
        fixture.Time.Advance(TimeSpan.FromMinutes(2));
        // By the registration of the client, and by the request.
        var asked = await fixture.App("fresh").AskForPersonAsync(Seed.Alice.Email);
        var signIn = await CibaHost.OpenRequestAsync(browser);
        Assert.Equal("/signin", signIn.Address.AbsolutePath);
        var page = await browser.SignInAsync(Seed.Alice.Email, Seed.Alice.Password, page: signIn);
        // Reading takes its time.
        fixture.Time.Advance(TimeSpan.FromMinutes(2));
        await browser.SubmitAsync(page, "/approve/decision", ("decision", "allow"));
        Assert.True((await fixture.App("fresh").PollPersonAsync(asked.Text("auth_req_id"))).IsOk);

        var device = await Seed.Television(fixture.Issuer).AskForDeviceAsync("openid", ("max_age", "30"));
        Assert.Equal("/signin", (await browser.TypeCodeAsync(device.UserCode())).Address.AbsolutePath);
        Assert.Equal("invalid_request", (await Seed.Television(fixture.Issuer).AskForDeviceAsync("openid", ("max_age", "-1"))).Error);
        Assert.Equal("invalid_request", (await fixture.App("able").AskForPersonAsync(Seed.Bob.Email, ("max_age", "soon"))).Error);
    }

    [Fact]
    public async Task A_sign_in_of_any_age_does_for_a_request_that_wants_none()
    {
        var browser = await fixture.SignedInAsync(Seed.Bob);
        fixture.Time.Advance(TimeSpan.FromMinutes(20));
        var device = await Seed.Television(fixture.Issuer).AskForDeviceAsync("openid", ("max_age", "3600"));
        Assert.True((await browser.TypeCodeAsync(device.UserCode())).HasForm("/device/decision"));
    }

    [Fact]
    public async Task An_essential_acr_leads_to_the_second_factor()
    {
        var browser = await fixture.SignedInAsync(Seed.Bob);
        await fixture.App("able").AskForPersonAsync(Seed.Bob.Email, ("claims", EssentialFactor));
        Assert.StartsWith(
            "/signin/second-factor", (await CibaHost.OpenRequestAsync(browser)).Address.AbsolutePath, StringComparison.Ordinal);
        var device = await Seed.Television(fixture.Issuer).AskForDeviceAsync("openid", ("claims", EssentialFactor));
        Assert.StartsWith(
            "/signin/second-factor", (await browser.TypeCodeAsync(device.UserCode())).Address.AbsolutePath, StringComparison.Ordinal);
        var beyond = EssentialFactor.Replace("urn:authplatform:acr:2fa", "urn:other:acr", StringComparison.Ordinal);
        Assert.Equal(
            "unmet_authentication_requirements", (await fixture.App("able").AskForPersonAsync(Seed.Bob.Email, ("claims", beyond))).Error);
    }

    [Fact]
    public async Task A_sub_that_was_asked_for_is_the_only_one_who_may_allow_it()
    {
        var alice = (await fixture.Host.WithDatabaseAsync(db => db.Users.SingleAsync(u => u.Email == Seed.Alice.Email))).Id;
        var claims = JsonSerializer.Serialize(new { id_token = new { sub = new { value = alice } } });
        var television = Seed.Television(fixture.Issuer);
        var (hers, his) = (await fixture.SignedInAsync(Seed.Alice), await fixture.SignedInAsync(Seed.Bob));
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        var asked = await television.AskForDeviceAsync("openid", ("claims", claims));
        Assert.Equal("/signin", (await his.TypeCodeAsync(asked.UserCode())).Address.AbsolutePath);
        await hers.DecideAsync(asked);
        Assert.Equal(alice.ToString(), (await television.PollDeviceAsync(asked.DeviceCode())).IdToken.Subject);
        await fixture.App("able").AskForPersonAsync(Seed.Bob.Email, ("claims", claims));
        Assert.False((await CibaHost.OpenRequestAsync(his)).HasForm("/approve/decision"));
    }

    /// <summary>OpenID Connect Core 5.5: whatever the registration has become while the page was open.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_claim_that_no_page_has_shown_is_not_told(bool isShown)
    {
        const string claims = """{"userinfo":{"email":null},"id_token":{"email":null}}""";
        var (able, television, browser) =
            (fixture.App("able"), Seed.Television(fixture.Issuer), await fixture.SignedInAsync(Seed.Alice));
        var asked = await able.AskForPersonAsync(Seed.Alice.Email, ("claims", claims));
        var device = await television.AskForDeviceAsync("openid", ("claims", claims));
        Page approve = null!, typed = null!;
        if (isShown) await OpenAsync();
        else await fixture.WhileAsync("able", WithoutEmail, () => fixture.WhileAsync("tv", WithoutEmail, OpenAsync));
        await browser.SubmitAsync(approve, "/approve/decision", ("decision", "allow"));
        await browser.SubmitAsync(typed, "/device/decision", ("decision", "allow"));
        foreach (var tokens in new[]
        {
            await able.PollPersonAsync(asked.Text("auth_req_id")), await television.PollDeviceAsync(device.DeviceCode()),
        })
        {
            Assert.Equal(isShown, tokens.IdToken.TryGetClaim("email", out _));
            Assert.Equal(isShown ? Seed.Alice.Email : null, (await able.UserInfoAsync(tokens.AccessToken)).Text("email"));
        }

        async Task OpenAsync() =>
            (approve, typed) = (await CibaHost.OpenRequestAsync(browser), await browser.TypeCodeAsync(device.UserCode()));

        static void WithoutEmail(Client row)
        {
            Assert.Contains("\"scp:email\"", row.Permissions, StringComparison.Ordinal);
            row.Permissions = row.Permissions!.Replace("\"scp:email\"", "\"scp:none\"", StringComparison.Ordinal);
        }
    }

    /// <summary>RFC 8707 section 2: the client is told to name one of two resources, and can.</summary>
    [Fact]
    public async Task What_a_person_has_allowed_outlives_a_request_for_tokens_that_names_no_resource()
    {
        const string Scope = "notes:read stock:read";
        var (app, browser) = (fixture.App("undecided"), await fixture.SignedInAsync(Seed.Alice));
        var device = await app.AskForDeviceAsync(Scope);
        await browser.DecideAsync(device);
        Assert.Equal("invalid_target", (await app.PollDeviceAsync(device.DeviceCode())).Error);
        fixture.Time.Advance(TimeSpan.FromSeconds(10));
        var tokens = await app.PollDeviceAsync(device.DeviceCode(), ("resource", Seed.Api));
        Assert.True(tokens.IsOk, tokens.Body);
        Assert.Equal([Seed.Api], new JsonWebToken(tokens.AccessToken).Audiences);
    }

    [Fact]
    public async Task The_page_names_the_domain_that_the_operator_has_registered()
    {
        await fixture.App("discreet-till").AskForPersonAsync(Seed.Carol.Email);
        var page = await CibaHost.OpenRequestAsync(await fixture.SignedInAsync(Seed.Carol));
        Assert.Contains("discreet.example.test", page.Document.Body!.TextContent, StringComparison.Ordinal);
    }

    /// <summary>OpenID Connect Core 8: what the client calls a person in its ID token means them in a hint too.</summary>
    [Fact]
    public async Task A_hint_by_a_pairwise_subject_means_the_person_also_when_the_session_is_over()
    {
        var till = fixture.App("discreet-till");
        var asked = await till.AskForPersonAsync(Seed.Alice.Email);
        await fixture.DecideAsync(Seed.Alice);
        var tokens = await till.PollPersonAsync(asked.Text("auth_req_id"));
        Assert.Equal(43, tokens.IdToken.Subject.Length);
        var hint = tokens.Text("id_token")!;
        await ExpectAsync();
        var sid = Guid.Parse(tokens.IdToken.GetPayloadValue<string>("sid"));
        await fixture.Host.WithDatabaseAsync(db => db.Sessions.Where(s => s.Id == sid).ExecuteDeleteAsync());
        await ExpectAsync();

        async Task ExpectAsync()
        {
            Assert.True((await till.AskForPersonAsync(null, ("id_token_hint", hint))).IsOk);
            var row = await fixture.Host.WithDatabaseAsync(
                db => db.PendingAuthorizations.AsNoTracking().OrderByDescending(p => p.CreatedAt).ThenByDescending(p => p.Id).FirstAsync());
            var alice = await fixture.Host.WithDatabaseAsync(db => db.Users.SingleAsync(u => u.Email == Seed.Alice.Email));
            Assert.Equal(alice.Id, row.UserId);
        }
    }

    [Fact]
    public async Task The_refresh_token_of_a_device_is_bound_to_its_key_and_lives_as_its_registration_says()
    {
        using var key = new ProofKey(fixture.Time);
        using var other = new ProofKey(fixture.Time);
        var device = Seed.Television(fixture.Issuer) with { Key = key };
        var asked = await device.AskForDeviceAsync("openid offline_access");
        await (await fixture.SignedInAsync(Seed.Alice)).DecideAsync(asked);
        var tokens = await device.PollDeviceAsync(asked.DeviceCode());
        Assert.Equal("DPoP", tokens.Text("token_type"));
        Assert.Equal("invalid_grant", (await (device with { Key = null }).RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal("invalid_grant", (await (device with { Key = other }).RefreshAsync(tokens.RefreshToken)).Error);
        var next = await device.RefreshAsync(tokens.RefreshToken);
        Assert.True(next.IsOk, next.Body);
        // refresh_token_lifetime_seconds of the registration, from the opening.
        fixture.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal("invalid_grant", (await device.RefreshAsync(next.RefreshToken)).Error);
    }
}

public sealed class ElsewhereRuleOnSqliteTests(CibaOnSqlite fixture) : ElsewhereRuleTests(fixture), IClassFixture<CibaOnSqlite>;

public sealed class ElsewhereRuleOnPostgresTests(CibaOnPostgres fixture) : ElsewhereRuleTests(fixture), IClassFixture<CibaOnPostgres>;
