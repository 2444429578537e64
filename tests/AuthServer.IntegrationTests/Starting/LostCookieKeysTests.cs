using System.Net;
using AuthServer.Configuration;
using Microsoft.Data.Sqlite;

namespace AuthServer.IntegrationTests.Starting;

/// <summary>One key of cookies and forms does not open, such as one that was moved from another row; the others do.</summary>
public sealed class LostCookieKeysTests : IDisposable
{
    private readonly string _data = Path.Combine(Path.GetTempPath(), $"data-{Guid.CreateVersion7():N}");
    private readonly string _address = ServerProcess.FreeAddress();
    private readonly string _jwtSecret = SecretText.New();
    private string _secretKey = SecretText.New();

    public void Dispose()
    {
        if (Directory.Exists(_data)) Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Pages_go_on_and_one_line_names_the_cure()
    {
        Assert.DoesNotContain("SECRET_KEY_PREVIOUS", await OutputOfPagesAsync(), StringComparison.Ordinal);
        await ChangeAsync(
            """
            INSERT INTO data_protection_keys (friendly_name, xml)
            SELECT 'moved', replace(xml, 'of="', 'of="0') FROM data_protection_keys
            """);
        var lines = (await OutputOfPagesAsync()).Split('\n');
        var logged = Assert.Single(lines, l => l.StartsWith("20", StringComparison.Ordinal));
        Assert.Contains("SECRET_KEY_PREVIOUS", logged, StringComparison.Ordinal);
        Assert.DoesNotContain(lines, l => l.Contains("Exception", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_another_secret_the_row_of_a_revocation_alone_stops_no_start()
    {
        await OutputOfPagesAsync();
        // As XmlKeyManager writes it; nothing in it is sealed.
        await ChangeAsync(
            """
            UPDATE data_protection_keys SET xml =
              '<revocation version="1"><revocationDate>2026-11-01T00:00:00Z</revocationDate><key id="*" /></revocation>'
            """);
        _secretKey = SecretText.New();
        await OutputOfPagesAsync();
    }

    // The one row of a new database.
    private async Task ChangeAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(_data, "auth.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
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
