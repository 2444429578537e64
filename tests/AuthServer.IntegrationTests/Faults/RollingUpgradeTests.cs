using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Faults;

/// <summary>Two replicas of the last release become two of this build while clients work, with the migration between.</summary>
public sealed class RollingUpgradeTests(ITestOutputHelper output)
{
    [Fact]
    public async Task An_upgrade_under_traffic_loses_no_session_and_accepts_nothing_that_was_revoked()
    {
        using var release = new LastRelease();
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres, migrated: false);
        await using var replicas = new Replicas(database);
        // The release makes the schema, its keys, and the people and clients of the tests.
        var first = await replicas.StartAsync(release.Program, ("AUTHSERVER_SEED", release.SeedOf("patient", "machine", "api")));
        var second = await replicas.StartAsync(release.Program);
        var traffic = new Traffic(replicas.Issuer);
        await traffic.StartAsync();
        await traffic.GoOnAsync();
        Assert.Equal(0, traffic.Next().Failures);

        // Expand: what the new version needs is added while the old one serves.
        var (code, text, errors) = await ServerProcess.RunAsync(replicas.Settings, "migrate");
        Assert.True(code == 0, text + errors);
        await traffic.GoOnAsync();

        // Each new replica serves beside the old ones before the next old one goes.
        var third = await replicas.StartAsync();
        await traffic.GoOnAsync();
        Assert.Equal(0, await replicas.StopAsync(first, isTakenOutBefore: true));
        // The way back: the former version starts on the schema of the new one.
        var back = await replicas.StartAsync(release.Program);
        await traffic.GoOnAsync();
        Assert.Equal(0, await replicas.StopAsync(back, isTakenOutBefore: true));
        var fourth = await replicas.StartAsync();
        Assert.Equal(0, await replicas.StopAsync(second, isTakenOutBefore: true));
        await traffic.GoOnAsync();
        await traffic.EndAsync();
        output.WriteLine($"{release.Version} to this build: {traffic}");

        traffic.NothingWrong();
        Assert.True(traffic.Tally.Failures == 0, traffic.ToString());
        Assert.DoesNotContain("fail:", third.Process.Output + fourth.Process.Output, StringComparison.Ordinal);
        await HeldSessions.MatchAsync(database, traffic);
    }
}
