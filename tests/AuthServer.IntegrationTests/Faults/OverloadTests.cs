using System.Collections.Concurrent;
using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Faults;

/// <summary>More requests than a server can answer soon.</summary>
public sealed class OverloadTests(ITestOutputHelper output)
{
    private const int Callers = 600;

    [Fact]
    public async Task Callers_who_would_wait_too_long_are_told_to_come_back_and_the_others_are_answered()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        // The least that can be set, because the machine of a test may be fast.
        await using var replicas = new Replicas(
            database, ("OVERLOAD_QUEUE_MILLISECONDS", "1"), ("DATABASE_POOL_SIZE", "2"), ("REQUESTS_PER_ADDRESS_PER_MINUTE", "10000000"));
        await replicas.StartAsync(null, ("AUTHSERVER_SEED", Seed.File));
        var browser = new Browser(replicas.Issuer);
        await browser.SignInAsync(Seed.Alice);
        var app = Seed.Spa(replicas.Issuer);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));

        var statuses = new ConcurrentDictionary<HttpStatusCode, int>();
        var turnedAway = new ConcurrentQueue<TokenAnswer>();
        var began = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            while (turnedAway.Count < Callers && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(90))
            {
                var answer = await app.UserInfoAsync(tokens.AccessToken);
                statuses.AddOrUpdate(answer.Status, 1, static (_, n) => n + 1);
                if (answer.Status == HttpStatusCode.ServiceUnavailable) turnedAway.Enqueue(answer);
            }
        })));
        output.WriteLine(string.Join(", ", statuses.Select(s => $"{(int)s.Key}: {s.Value}")));

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable], statuses.Keys.Order());
        Assert.All(turnedAway, answer =>
        {
            Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 3);
            Assert.Equal("urn:authplatform:problem:busy", answer.Text("type"));
        });
        // It is over soon after the callers are gone.
        TokenAnswer after;
        do after = await app.RefreshAsync(tokens.RefreshToken);
        while (after.Status == HttpStatusCode.ServiceUnavailable && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(1));
        Assert.True(after.IsOk, after.Body);
    }
}
