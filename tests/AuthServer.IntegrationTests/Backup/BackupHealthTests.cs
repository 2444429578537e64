using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using AuthServer.Backup;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

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
        using var seen = new Figures(server);
        await server.Round.RunAsync(isTick: true, CancellationToken.None);
        await server.Drill.RunAsync(CancellationToken.None);
        server.Time.Advance(TimeSpan.FromHours(5));
        var day = TimeSpan.FromHours(5).TotalSeconds;
        Assert.InRange(seen["authplatform.backup.age"]!.Value, day, day + 2);
        Assert.InRange(seen["authplatform.backup.proven_age"]!.Value, day, day + 2);
        Assert.Equal(server.States.Last!.Newest!.Size, seen["authplatform.backup.size"]);
        Assert.NotNull(seen["authplatform.backup.duration backup"]);
        Assert.Equal(0, Failures());

        await File.WriteAllBytesAsync(Path.Combine(server.Folder, "place", server.States.Last.Newest.Name), new byte[5000]);
        server.Time.Advance(TimeSpan.FromDays(8));
        await server.Drill.RunAsync(CancellationToken.None);
        Assert.Equal(1, Failures());

        double? Failures() => seen["authplatform.backup.failures backup"] + seen["authplatform.backup.failures drill"];
    }

    [Fact]
    public async Task What_there_should_be_and_whether_the_place_can_be_read_are_metrics()
    {
        await using var server = await BackupHost.StartAsync(DatabaseKind.Sqlite);
        using var seen = new Figures(server);
        Assert.Equal<(double?, double?)>((1, 1), (seen["authplatform.backup.expected backup"], seen["authplatform.backup.expected drill"]));
        Assert.Equal<(double?, double?)>((null, null), (seen["authplatform.backup.age"], seen["authplatform.backup.readable"]));
        await server.Round.RunAsync(isTick: true, CancellationToken.None);
        Assert.Equal(1, seen["authplatform.backup.readable"]);

        // In the place of the file of results.
        Directory.CreateDirectory(Path.Combine(server.Folder, "place", "authplatform.drills"));
        var watch = server.Host.Services.GetServices<IHostedService>().OfType<BackupWatch>().Single();
        await watch.LookAsync(CancellationToken.None);
        // The round has looked a moment ago.
        Assert.Equal(1, seen["authplatform.backup.readable"]);
        server.Time.Advance(TimeSpan.FromMinutes(15));
        await watch.LookAsync(CancellationToken.None);
        Assert.Equal(0, seen["authplatform.backup.readable"]);
        await server.Drill.RunAsync(CancellationToken.None);
        Assert.Equal(0, seen["authplatform.backup.failures drill"]);
    }

    [Fact]
    public async Task A_drill_that_was_due_and_left_no_result_has_failed()
    {
        await using var server = await BackupHost.StartAsync(DatabaseKind.Sqlite);
        using var seen = new Figures(server);
        await server.Round.RunAsync(isTick: true, CancellationToken.None);
        // Where the file of results is written.
        Directory.CreateDirectory(Path.Combine(server.Folder, "place", "authplatform.drills.unfinished"));
        await server.Drill.RunAsync(CancellationToken.None);
        Assert.Equal(1, seen["authplatform.backup.failures drill"]);
    }

    private static async Task<JsonNode?> BackupsAsync(BackupHost server) =>
        JsonNode.Parse((await ManagementView.OfAsync(server.Host.Services, "/health/ready")).Body)!["backups"];

    /// <summary>The figures of one server: by name, and by name and the value of the one tag.</summary>
    private sealed class Figures : IDisposable
    {
        private readonly ConcurrentDictionary<string, double> _seen = new();
        private readonly MeterListener _listener = new();

        public Figures(BackupHost server)
        {
            var meters = server.Host.Services.GetRequiredService<IMeterFactory>();
            _listener.InstrumentPublished = (instrument, me) =>
            {
                if (instrument.Meter.Scope == meters) me.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
            _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Keep(instrument, value, tags));
            _listener.Start();
        }

        /// <summary>Null: it has never been told.</summary>
        public double? this[string name]
        {
            get
            {
                _listener.RecordObservableInstruments();
                return _seen.TryGetValue(name, out var value) ? value : null;
            }
        }

        public void Dispose() => _listener.Dispose();

        private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            _seen[tags.Length == 0 ? instrument.Name : $"{instrument.Name} {tags[0].Value}"] = value;
    }
}
