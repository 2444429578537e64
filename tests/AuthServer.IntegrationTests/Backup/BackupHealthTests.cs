using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Backup;

/// <summary>What operators are told about backups by the management listener and by metrics.</summary>
public sealed class BackupHealthTests
{
    [Fact]
    public async Task An_operator_sees_the_age_of_backup_and_proof()
    {
        await using var server = await BackupHost.StartAsync(DatabaseKind.Sqlite);
        Assert.Null(await BackupsAsync(server));
        await server.Round.RunAsync(isTick: true, CancellationToken.None);
        var backups = await BackupsAsync(server);
        Assert.Equal(server.States.Last!.Newest!.CreatedAt, (DateTime)backups!["newestAt"]!);
        Assert.Null(backups["provenAt"]);
        await server.Drill.RunAsync(CancellationToken.None);
        Assert.NotNull((await BackupsAsync(server))!["provenAt"]);
    }

    [Fact]
    public async Task The_age_of_backup_and_proof_are_metrics_and_so_are_failures()
    {
        await using var server = await BackupHost.StartAsync(DatabaseKind.Sqlite);
        var (meters, seen) = (server.Host.Services.GetRequiredService<IMeterFactory>(), new ConcurrentDictionary<string, double>());
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, me) =>
        {
            if (instrument.Meter.Scope == meters) me.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            seen[tags.Length == 0 ? instrument.Name : $"{instrument.Name} {tags[0].Value}"] = value);
        listener.Start();
        await server.Round.RunAsync(isTick: true, CancellationToken.None);
        await server.Drill.RunAsync(CancellationToken.None);
        server.Time.Advance(TimeSpan.FromHours(5));
        listener.RecordObservableInstruments();
        var day = TimeSpan.FromHours(5).TotalSeconds;
        Assert.InRange(seen["authplatform.backup.age"], day, day + 2);
        Assert.InRange(seen["authplatform.backup.proven_age"], day, day + 2);
        Assert.Equal(server.States.Last!.Newest!.Size, seen["authplatform.backup.size"]);
        Assert.True(seen.ContainsKey("authplatform.backup.duration"));
        Assert.Equal(0, Failures());

        await File.WriteAllBytesAsync(Path.Combine(server.Folder, "place", server.States.Last.Newest.Name), new byte[5000]);
        server.Time.Advance(TimeSpan.FromDays(8));
        await server.Drill.RunAsync(CancellationToken.None);
        listener.RecordObservableInstruments();
        Assert.Equal(1, Failures());

        double Failures() => seen["authplatform.backup.failures backup"] + seen["authplatform.backup.failures drill"];
    }

    private static async Task<JsonNode?> BackupsAsync(BackupHost server) =>
        JsonNode.Parse((await ManagementView.OfAsync(server.Host.Services, "/health/ready")).Body)!["backups"];
}
