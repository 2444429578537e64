using System.Net;
using AuthServer.Configuration;

namespace AuthServer.IntegrationTests.Starting;

/// <summary>SECRET_KEY was replaced without SECRET_KEY_PREVIOUS: the keys of cookies and forms do not open.</summary>
public sealed class LostCookieKeysTests : IDisposable
{
    private readonly string _data = Path.Combine(Path.GetTempPath(), $"data-{Guid.CreateVersion7():N}");
    private readonly string _address = ServerProcess.FreeAddress();
    private readonly string _jwtSecret = SecretText.New();

    public void Dispose()
    {
        if (Directory.Exists(_data)) Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Pages_go_on_and_one_line_names_the_cure()
    {
        Assert.DoesNotContain("SECRET_KEY_PREVIOUS", await OutputOfPagesAsync(), StringComparison.Ordinal);
        var lines = (await OutputOfPagesAsync()).Split('\n');
        var logged = Assert.Single(lines, l => l.StartsWith("20", StringComparison.Ordinal));
        Assert.Contains("SECRET_KEY_PREVIOUS", logged, StringComparison.Ordinal);
        Assert.DoesNotContain(lines, l => l.Contains("Exception", StringComparison.Ordinal));
    }

    /// <summary>What a server with a new SECRET_KEY writes while a browser opens pages.</summary>
    private async Task<string> OutputOfPagesAsync()
    {
        await using var server = ServerProcess.Start(
        [
            // An encrypted file would not open with another SECRET_KEY at all.
            ("SQLITE_ENCRYPTION", "off"), ("AUTHSERVER_DATA", _data), ("ASPNETCORE_URLS", _address), ("SECRET_KEY", SecretText.New()),
            ("JWT_SECRET", _jwtSecret),
        ]);
        await server.ReadyAsync(_address);
        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.OK, await ServerProcess.GetAsync(_address, "/signin"));
        await server.StopAsync();
        return server.Output;
    }
}
