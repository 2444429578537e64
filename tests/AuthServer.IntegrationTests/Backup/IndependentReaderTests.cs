using System.Diagnostics;
using System.Text.Json;
using AuthServer.Backup;
using AuthServer.Backup.Places;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Backup;

/// <summary>A program in another language that knows docs/backup-format.md and nothing of this server.</summary>
public sealed class IndependentReaderTests
{
    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task Another_program_reads_a_backup(DatabaseKind kind)
    {
        var folder = Directory.CreateTempSubdirectory("backup-reader-");
        await using var host = await AuthServerHost.StartAsync(
            new HostSetup(kind) { Settings = new Dictionary<string, string> { ["BACKUP_KEY"] = BackupCopies.Key } });
        var created = await host.Services.GetRequiredService<BackupCreation>()
            .RunAsync(new DirectoryPlace(folder.FullName), name: null, progress: null, CancellationToken.None);

        var read = JsonElement.Parse(await ReadAsync(Path.Combine(folder.FullName, created.Name)));
        Assert.Equal(created.Description.Product, read.GetProperty("description").GetProperty("product").GetString());
        var tables = read.GetProperty("tables").EnumerateArray().ToList();
        Assert.Equal(
            created.Tables.Select(t => (t.Table, t.Rows, t.Digest)),
            tables.Select(t => (
                t.GetProperty("table").GetString()!, t.GetProperty("rows").GetInt64(), t.GetProperty("digest").GetString()!)));
        var user = tables.Single(t => t.GetProperty("table").GetString() == "users").GetProperty("first");
        Assert.EndsWith("@example.test", user.GetProperty("email").GetString(), StringComparison.Ordinal);
        Assert.True(Guid.TryParse(user.GetProperty("id").GetString(), out _));
        Assert.StartsWith("20", user.GetProperty("created_at").GetString(), StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    private static async Task<string> ReadAsync(string file)
    {
        var program = Path.Combine(ServerProcess.Root, "tests", "AuthServer.IntegrationTests", "Backup", "reader.mjs");
        using var node = Process.Start(new ProcessStartInfo("node", [program, file])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await node.StandardInput.WriteLineAsync(BackupCopies.Key);
        node.StandardInput.Close();
        var output = await node.StandardOutput.ReadToEndAsync();
        var errors = await node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, errors);
        return output;
    }
}
