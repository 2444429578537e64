using System.Net;
using AuthServer.Configuration;
using Microsoft.Data.Sqlite;

namespace AuthServer.IntegrationTests.Starting;

/// <summary>One key of cookies and forms does not open, such as one that was moved from another row; the others do.</summary>
public sealed class LostCookieKeysTests : IDisposable
{
    private readonly string _data = Path.Combine(Path.GetTempPath(), $"data-{Guid.CreateVersion7():N}");
    private readonly string _address = ServerProcess.FreeAddress();
    private readonly string _secretKey = SecretText.New();
    private readonly string _jwtSecret = SecretText.New();

    public void Dispose()
    {
        if (Directory.Exists(_data)) Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Pages_go_on_and_one_line_names_the_cure()
    {
        Assert.DoesNotContain("SECRET_KEY_PREVIOUS", await OutputOfPagesAsync(), StringComparison.Ordinal);
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(_data, "auth.db")};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText =
                """
                INSERT INTO data_protection_keys (friendly_name, xml)
                SELECT 'moved', replace(xml, 'of="', 'of="0') FROM data_protection_keys
                """;
            Assert.Equal(1, await command.ExecuteNonQueryAsync());
        }
        var lines = (await OutputOfPagesAsync()).Split('\n');
        var logged = Assert.Single(lines, l => l.StartsWith("20", StringComparison.Ordinal));
        Assert.Contains("SECRET_KEY_PREVIOUS", logged, StringComparison.Ordinal);
        Assert.DoesNotContain(lines, l => l.Contains("Exception", StringComparison.Ordinal));
    }

    /// <summary>What a server writes while a browser opens pages.</summary>
    private async Task<string> OutputOfPagesAsync()
    {
        await using var server = ServerProcess.Start(
        [
            // So that the test can write beside the server.
            ("SQLITE_ENCRYPTION", "off"), ("AUTHSERVER_DATA", _data), ("ASPNETCORE_URLS", _address), ("SECRET_KEY", _secretKey),
            ("JWT_SECRET", _jwtSecret),
        ]);
        await server.ReadyAsync(_address);
        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.OK, await ServerProcess.GetAsync(_address, "/signin"));
        await server.StopAsync();
        return server.Output;
    }
}
