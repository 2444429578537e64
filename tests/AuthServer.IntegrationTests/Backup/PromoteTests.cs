using System.Text.Json;
using AuthServer.Configuration;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Backup;

/// <summary>The embedded database moves to PostgreSQL, and nobody notices.</summary>
public sealed class PromoteTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("promote-");
    private readonly string _address = ServerProcess.FreeAddress("localhost");

    private string Data => Path.Combine(_folder.FullName, "data");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Sessions_cookies_clients_and_passwords_go_on_in_PostgreSQL()
    {
        var cluster = await SharedServers.PostgresAsync();
        var url = cluster.Url(await cluster.CreateDatabaseAsync());
        var issuer = Issuer.At(new Uri(_address));
        var (app, browser) = (Seed.Patient(issuer), new Browser(issuer));
        TokenAnswer tokens, confidential;
        await using (var embedded = ServerProcess.Start(
            [("AUTHSERVER_DATA", Data), ("AUTHSERVER_SEED", Seed.File), ("API_BASE_URL", _address)], "--urls", _address))
        {
            await embedded.ReadyAsync(_address);
            await browser.SignInAsync(Seed.Alice);
            tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
            confidential = await Seed.Web(issuer).RedeemCodeAsync(await browser.AuthorizeAsync(Seed.Web(issuer), "openid offline_access"));
            Assert.True(tokens.IsOk && confidential.IsOk);
            var (running, _, said) = await RunAsync("promote", "--to", url);
            Assert.Equal(69, running);
            Assert.Contains("stop the server", said, StringComparison.Ordinal);
            await embedded.StopAsync();
        }

        var file = await File.ReadAllBytesAsync(Path.Combine(Data, "auth.db"));
        var (exit, output, errors) = await RunAsync("promote", "--to", url);
        Assert.True(exit == 0, errors);
        Assert.Contains("compared table by table", output, StringComparison.Ordinal);
        Assert.Equal(file, await File.ReadAllBytesAsync(Path.Combine(Data, "auth.db")));
        var (again, _, full) = await RunAsync("promote", $"--to={url}");
        Assert.Equal(65, again);
        Assert.Contains("the database has data: ", full, StringComparison.Ordinal);

        var secrets = JsonElement.Parse(await File.ReadAllTextAsync(Path.Combine(Data, "secrets.json")));
        await using var server = ServerProcess.Start(
            [
                ("DATABASE_URL", url), ("API_BASE_URL", _address), ("SECRET_KEY", secrets.GetProperty("SECRET_KEY").GetString()!),
                ("JWT_SECRET", secrets.GetProperty("JWT_SECRET").GetString()!),
            ], "--urls", _address);
        await server.ReadyAsync(_address);
        Assert.True((await app.UserInfoAsync(tokens.AccessToken)).IsOk, "the access token of before");
        Assert.True((await app.RefreshAsync(tokens.RefreshToken)).IsOk, "the refresh token of before");
        Assert.True((await Seed.Web(issuer).RefreshAsync(confidential.RefreshToken)).IsOk, "the client's secret of before");
        // No page asks: the cookie is that of before.
        Assert.NotEmpty((await browser.AuthorizeAsync(app)).Code);
        var person = new Browser(issuer);
        await person.SignInAsync(Seed.Bob);
        Assert.NotEmpty((await person.AuthorizeAsync(app)).Code);
    }

    [Fact]
    public async Task A_database_that_cannot_be_had_changes_nothing_and_is_named()
    {
        Assert.Equal(0, (await RunAsync("migrate")).ExitCode);
        var (exit, _, errors) = await RunAsync("promote", "--to", $"postgresql://a:b@127.0.0.1:{FreePorts.Next()}/c");
        Assert.Equal(69, exit);
        Assert.Contains("Nothing was changed", errors, StringComparison.Ordinal);
        Assert.Equal(78, (await RunAsync("promote", "--to", "mysql://a/b")).ExitCode);
        Assert.Equal(64, (await RunAsync("promote")).ExitCode);
        Assert.Equal(0, (await RunAsync("promote", "--help")).ExitCode);
        Assert.Equal(78, (await ServerProcess.RunAsync(
            [
                ("DATABASE_URL", "postgresql://a:b@127.0.0.1:1/c"), ("SECRET_KEY", SecretText.New()), ("JWT_SECRET", SecretText.New()),
                ("API_BASE_URL", "https://id.example.com"),
            ], "promote", "--to", "postgresql://a:b@127.0.0.1:1/c")).ExitCode);
    }

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) =>
        ServerProcess.RunAsync([("AUTHSERVER_DATA", Data), ("API_BASE_URL", _address)], arguments);
}
