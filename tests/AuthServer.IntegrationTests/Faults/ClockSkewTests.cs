using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Faults;

/// <summary>Two server processes whose clocks are a minute apart, and clients whose requests alternate between them.</summary>
public sealed class ClockSkewTests(SkewedReplicas replicas, ITestOutputHelper output) : IClassFixture<SkewedReplicas>
{
    [Fact]
    public async Task Clients_at_work_notice_nothing()
    {
        // Otherwise the other tests would show nothing.
        await Eventually.UntilAsync(
            "the server that is ahead says so",
            () => replicas.LogOfAhead.Contains("The clock of PostgreSQL is -", StringComparison.Ordinal), () => replicas.LogOfAhead);
        var earlier = await HeldSessions.RowsAsync(replicas.Database);
        var traffic = new Traffic(replicas.Issuer);
        await traffic.StartAsync();
        await traffic.GoOnAsync(rounds: 20);
        await traffic.EndAsync();
        output.WriteLine($"clocks a minute apart: {traffic}");

        traffic.NothingWrong();
        Assert.True(traffic.Tally.Failures == 0, traffic.ToString());
        await HeldSessions.MatchAsync(replicas.Database, traffic, earlier);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task What_one_replica_issues_the_other_takes(int first)
    {
        var issuer = replicas.Alternating(first);
        var browser = new Browser(issuer);
        await browser.SignInAsync(Seed.Alice);
        foreach (var app in new[] { Seed.Patient(issuer), Seed.Web(issuer) })
        {
            var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
            for (var i = 0; i < 4; i++)
            {
                Assert.True((await app.UserInfoAsync(tokens.AccessToken)).IsOk);
                // The answer was lost: the other replica repeats it.
                var lost = await app.RefreshAsync(tokens.RefreshToken);
                var again = await app.RefreshAsync(tokens.RefreshToken);
                if (app.ClientId == "patient") Assert.Equal(lost.RefreshToken, again.RefreshToken);
                tokens = app.ClientId == "patient" ? again : lost;
                if (app.ClientId != "patient") break;
            }
        }

        var machine = await Seed.Machine(issuer).ClientCredentialsAsync("notes:read");
        for (var i = 0; i < 2; i++) Assert.True((await Seed.ResourceServer(issuer).IntrospectAsync(machine.AccessToken)).IsActive);
    }

    /// <summary>The replica that asks for a fresh sign-in does not ask again because the other one's clock is behind.</summary>
    [Theory]
    [InlineData(0, "prompt", "login")]
    [InlineData(1, "prompt", "login")]
    [InlineData(0, "max_age", "30")]
    [InlineData(1, "max_age", "30")]
    [InlineData(0, "max_age", "0")]
    [InlineData(1, "max_age", "0")]
    public async Task A_sign_in_is_asked_for_once(int first, string name, string value)
    {
        var issuer = replicas.Alternating(first);
        var browser = new Browser(issuer);
        await browser.SignInAsync(Seed.Alice);
        var request = Seed.Patient(issuer).NewRequest("openid", [(name, value)]);
        var page = await browser.OpenAsync(request.Address);
        if (page.LeftTo is null) page = await browser.SignInAsync(Seed.Alice.Email, Seed.Alice.Password, page: page);
        Assert.True(page.LeftTo is not null, page.ToString());
        Assert.NotEmpty(AuthorizationAnswer.Read(request, page).Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task What_is_revoked_on_one_replica_is_refused_by_the_other(int first)
    {
        var issuer = replicas.Alternating(first);
        var browser = new Browser(issuer);
        await browser.SignInAsync(Seed.Alice);
        var app = Seed.Patient(issuer);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        Assert.True((await app.RevokeAsync(tokens.RefreshToken)).IsOk);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await app.UserInfoAsync(tokens.AccessToken)).Status);
            Assert.Equal("invalid_grant", (await app.RefreshAsync(tokens.RefreshToken)).Error);
        }
    }
}
