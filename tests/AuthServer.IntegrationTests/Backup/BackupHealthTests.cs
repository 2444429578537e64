using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Backup;

/// <summary>What /health/ready tells about backups, and whom.</summary>
public sealed class BackupHealthTests
{
    [Fact]
    public async Task An_operator_on_this_machine_sees_the_age_of_backup_and_proof_and_nobody_else_does()
    {
        await using var server = await BackupHost.StartAsync(DatabaseKind.Sqlite);
        Assert.Null(await BackupsAsync(server, "localhost"));
        await server.Round.RunAsync(isTick: true, CancellationToken.None);
        var backups = await BackupsAsync(server, "localhost");
        Assert.Equal(server.States.Last!.Newest!.CreatedAt, (DateTime)backups!["newestAt"]!);
        Assert.Null(backups["provenAt"]);
        await server.Drill.RunAsync(CancellationToken.None);
        Assert.NotNull((await BackupsAsync(server, "127.0.0.1:5080"))!["provenAt"]);

        Assert.Null(await BackupsAsync(server, "auth.example.test"));
        Assert.Null(await BackupsAsync(server, "localhost", ("X-Forwarded-For", "203.0.113.7")));
        Assert.Null(await BackupsAsync(server, "localhost", ("Forwarded", "for=203.0.113.7")));
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
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen[instrument.Name] = value);
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
        Assert.False(seen.ContainsKey("authplatform.backup.failures"));

        await File.WriteAllBytesAsync(Path.Combine(server.Folder, "place", server.States.Last.Newest.Name), new byte[5000]);
        server.Time.Advance(TimeSpan.FromDays(8));
        await server.Drill.RunAsync(CancellationToken.None);
        Assert.Equal(1, seen["authplatform.backup.failures"]);
    }

    private static async Task<JsonNode?> BackupsAsync(BackupHost server, string host, params (string Name, string Value)[] headers)
    {
        using var client = server.Host.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/ready");
        request.Headers.Host = host;
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        using var answer = await client.SendAsync(request);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["backups"];
    }
}
