using System.Diagnostics;
using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Containers;

/// <summary>The image's start command on a read-only root file system, as its user, within 512 MiB and one core.</summary>
public sealed class StartCommandTests(Cage cage) : IClassFixture<Cage>
{
    private const int SignIns = 80, AtOnce = 24, Refreshes = 1000, Sessions = 8;
    private const long MiB = 1024 * 1024;

    [Fact]
    public async Task Nothing_but_the_data_volume_can_be_written()
    {
        foreach (var path in new[] { "/x", "/app/x", "/tmp/x", "/usr/x", "/etc/x" })
            Assert.Contains("Read-only file system", (await cage.RunAsync("touch", path)).Output, StringComparison.Ordinal);
        Assert.Equal((0, ""), await cage.RunAsync("touch", "/data/x"));
        Assert.Contains("uid=1654 gid=1654 groups=1654", (await cage.RunAsync("id")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_signs_in_and_an_app_gets_and_refreshes_tokens()
    {
        var issuer = Issuer.At(new Uri(cage.Address));
        var (app, browser) = (Seed.Patient(issuer), new Browser(issuer));
        await browser.SignInAsync(Seed.Alice);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        Assert.True(tokens.IsOk, tokens.Body);
        var refreshed = await app.RefreshAsync(tokens.RefreshToken);
        Assert.True(refreshed.IsOk, refreshed.Body);
    }

    [Fact]
    public async Task The_health_check_of_the_image_finds_it_ready()
    {
        var check = Dockerfile.Server.Single("HEALTHCHECK").Split("CMD ")[1];
        Assert.Equal((0, "Ready."), await cage.RunAsync(Cage.Words(check)));
    }

    /// <summary>A hash takes the core for some 30 ms, and other requests must not stand in the queue of those who sign in.</summary>
    [Fact]
    public async Task A_storm_of_sign_ins_holds_up_no_other_request_and_all_stays_within_512_MiB()
    {
        await using var own = new Cage();
        await own.InitializeAsync();
        var api = new ApiCaller(Issuer.At(new Uri(own.Address)));
        var sessions = new List<string>();
        // One after another: what a sign-in costs that waits for no other.
        var (alone, slow, refreshes, pages) = (new List<TimeSpan>(), new List<TimeSpan>(), new List<TimeSpan>(), new List<TimeSpan>());
        for (var i = 0; i < Sessions; i++)
            await TimeAsync(alone, async () => sessions.Add(RefreshToken(await api.LoginAsync(Seed.Alice))));

        var (left, refreshed) = (SignIns, 0);
        var storm = Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0) await TimeAsync(slow, async () => RefreshToken(await api.LoginAsync(Seed.Bob)));
        }));
        for (; !storm.IsCompleted; refreshed++)
        {
            var session = refreshed % Sessions;
            await TimeAsync(refreshes, async () => sessions[session] = RefreshToken(await api.RefreshAsync(sessions[session])));
            await TimeAsync(pages, () => api.Issuer.DiscoverAsync());
        }
        await storm;
        await Task.WhenAll(sessions.Select(async token =>
        {
            while (Interlocked.Increment(ref refreshed) <= Refreshes) token = RefreshToken(await api.RefreshAsync(token));
        }));

        var figures = $"sign-in alone {alone.Min()}, in the storm {Median(slow)}; "
            + $"{refreshes.Count} refreshes {Median(refreshes)} (p90 {At(refreshes, 0.9)}), pages {Median(pages)} (p90 {At(pages, 0.9)}), "
            + $"{own.PeakMemory() / MiB} MiB, {own.Output.Split('\n').First(line => line.StartsWith("limits ", StringComparison.Ordinal))}";
        TestContext.Current.SendDiagnosticMessage(figures);
        // Those who signed in stood in a queue, and nobody else stood in it: ratios of times of one minute of one machine.
        Assert.True(Median(slow) > alone.Min() * AtOnce / 3, figures);
        Assert.All(new[] { refreshes, pages }, others =>
        {
            Assert.True(Median(others) < Median(slow) / 12, figures);
            Assert.True(At(others, 0.9) < Median(slow) / 4, figures);
        });
        Assert.True(own.PeakMemory() < 512 * MiB, figures);
        Assert.Equal(0, await own.StopAsync());
    }

    private static async Task TimeAsync(List<TimeSpan> times, Func<Task> act)
    {
        var began = Stopwatch.GetTimestamp();
        await act();
        lock (times) times.Add(Stopwatch.GetElapsedTime(began));
    }

    private static string RefreshToken(ApiAnswer answer)
    {
        Assert.True(answer.Status == HttpStatusCode.OK, $"{answer.Status}: {answer.Body}");
        return answer.RefreshToken;
    }

    private static TimeSpan Median(List<TimeSpan> all) => At(all, 0.5);

    private static TimeSpan At(List<TimeSpan> all, double share) => all.Order().ElementAt((int)(all.Count * share));
}
