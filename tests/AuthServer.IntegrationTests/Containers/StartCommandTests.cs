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
        for (var i = 0; i < Sessions; i++) sessions.Add(RefreshToken(await api.LoginAsync(Seed.Alice)));

        var (left, slow, quick, refreshed) = (SignIns, new List<TimeSpan>(), new List<TimeSpan>(), 0);
        var storm = Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var began = Stopwatch.GetTimestamp();
                RefreshToken(await api.LoginAsync(Seed.Bob));
                lock (slow) slow.Add(Stopwatch.GetElapsedTime(began));
            }
        }));
        for (; !storm.IsCompleted; refreshed++)
        {
            var began = Stopwatch.GetTimestamp();
            var session = refreshed % Sessions;
            sessions[session] = RefreshToken(await api.RefreshAsync(sessions[session]));
            quick.Add(Stopwatch.GetElapsedTime(began));
            began = Stopwatch.GetTimestamp();
            await api.Issuer.DiscoverAsync();
            quick.Add(Stopwatch.GetElapsedTime(began));
        }
        await storm;
        await Task.WhenAll(sessions.Select(async token =>
        {
            while (Interlocked.Increment(ref refreshed) <= Refreshes) token = RefreshToken(await api.RefreshAsync(token));
        }));

        var figures = $"sign-in {Median(slow)}, others {Median(quick)} (p99 {At(quick, 0.99)}), "
            + $"{own.PeakMemory() / MiB} MiB, {own.Output.Split('\n').First(line => line.StartsWith("limits ", StringComparison.Ordinal))}";
        TestContext.Current.SendDiagnosticMessage(figures);
        Assert.True(Median(quick) < Median(slow) / 4, figures);
        Assert.True(own.PeakMemory() < 512 * MiB, figures);
        Assert.Equal(0, await own.StopAsync());
    }

    private static string RefreshToken(ApiAnswer answer)
    {
        Assert.True(answer.Status == HttpStatusCode.OK, $"{answer.Status}: {answer.Body}");
        return answer.RefreshToken;
    }

    private static TimeSpan Median(List<TimeSpan> all) => At(all, 0.5);

    private static TimeSpan At(List<TimeSpan> all, double share) => all.Order().ElementAt((int)(all.Count * share));
}
