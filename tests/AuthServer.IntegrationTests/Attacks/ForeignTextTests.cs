using System.Net;
using AuthServer.Audit;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AuthServer.IntegrationTests.Attacks;

/// <summary>A caller's own texts decide nothing: no User-Agent keeps a session alive that must end, or hides what others did.</summary>
public abstract class ForeignTextTests(HostFixture fixture)
{
    /// <summary>User-Agents that a database may refuse when they are cut or kept as they came.</summary>
    public static TheoryData<string> Agents =>
    [
        // The 255th character is the first half of a surrogate pair.
        new string('a', 254) + "\U0001F600 tail",
        "lone \ud83d surrogate",
        "\udc00",
        "zero \0 byte",
        string.Concat(Enumerable.Repeat("\U0001F600", 300)),
        "\u0001\u001b[31mred\u0085\u2028\u202e",
    ];

    [Theory]
    [MemberData(nameof(Agents))]
    public async Task Reuse_and_replay_end_the_session_whatever_the_User_Agent_is(string agent)
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        var app = Seed.Web(fixture.Issuer);
        var thief = Seed.Web(As(agent));

        var first = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        var second = await app.RefreshAsync(first.RefreshToken);
        fixture.Time.Advance(TimeSpan.FromMinutes(10));
        var reused = await thief.RefreshAsync(first.RefreshToken);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (reused.Status, reused.Error));
        Assert.Equal("invalid_grant", (await app.RefreshAsync(second.RefreshToken)).Error);

        // The code itself is redeemed with that header too: the session row and its record keep it.
        var code = await browser.AuthorizeAsync(app, "openid offline_access");
        var tokens = await thief.RedeemCodeAsync(code);
        Assert.True(tokens.IsOk, tokens.Body);
        Assert.Equal("invalid_grant", (await thief.RedeemCodeAsync(code)).Error);
        Assert.Equal("invalid_grant", (await app.RefreshAsync(tokens.RefreshToken)).Error);

        // Nor does it keep its sender from revoking.
        var revoked = await thief.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        Assert.True((await thief.RevokeAsync(revoked.RefreshToken)).IsOk);
        Assert.Equal("invalid_grant", (await app.RefreshAsync(revoked.RefreshToken)).Error);
    }

    [Theory]
    [MemberData(nameof(Agents))]
    public async Task A_person_signs_in_and_out_whatever_the_User_Agent_is(string agent)
    {
        var browser = new Browser(As(agent));
        Assert.Equal(HttpStatusCode.OK, (await browser.SignInAsync(Seed.Bob)).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.SubmitAsync(await browser.OpenAsync("/signout"), "/signout")).Status);
        Assert.Equal(HttpStatusCode.OK, (await new ApiCaller(As(agent)).LoginAsync(Seed.Bob)).Status);
        var stored = await fixture.Host.WithDatabaseAsync(db =>
            db.AuditEvents.Where(e => e.UserAgent != null).OrderByDescending(e => e.OccurredAt).ThenByDescending(e => e.Id)
                .Select(e => e.UserAgent!).FirstAsync());
        Assert.True(stored.EnumerateRunes().Count() <= 255);
        Assert.DoesNotContain(stored, char.IsControl);
    }

    [Fact]
    public async Task A_refusal_that_cannot_be_written_takes_no_other_with_it()
    {
        var refusals = fixture.Host.Services.GetRequiredService<Refusals>();
        var writer = fixture.Host.Services.GetServices<IHostedService>().OfType<RefusalWriter>().Single();
        refusals.Record("refused.before", new Caller("192.0.2.1", Agents.First().Data, "AAAA-BBBB"));
        // A kind is never null; the database refuses the row, whatever the reason.
        refusals.Record(null!, new Caller("192.0.2.2", "agent", "AAAA-BBBB"));
        refusals.Record("refused.after", new Caller("192.0.2.3", "agent", "AAAA-BBBB"));
        await writer.StopAsync(default);
        var kinds = await fixture.Host.WithDatabaseAsync(
            db => db.AuditEvents.Where(e => e.IpAddress!.StartsWith("192.0.2.")).Select(e => e.Kind).ToListAsync());
        Assert.Equal(["refused.after", "refused.before"], kinds.Order());
        await writer.StartAsync(default);
    }

    private Issuer As(string agent) => new(fixture.Issuer.Address, () => new Agent(fixture.Host.Server.CreateHandler(), agent));

    private sealed class Agent(HttpMessageHandler inner, string agent) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            ArgumentNullException.ThrowIfNull(request);
            Assert.True(request.Headers.TryAddWithoutValidation("User-Agent", agent));
            return base.SendAsync(request, cancellationToken);
        }
    }
}

public sealed class ForeignTextOnSqliteTests(SqliteHost fixture) : ForeignTextTests(fixture), IClassFixture<SqliteHost>;

public sealed class ForeignTextOnPostgresTests(PostgresHost fixture) : ForeignTextTests(fixture), IClassFixture<PostgresHost>;
