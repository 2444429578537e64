using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Backups;

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
