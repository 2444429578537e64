using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.Data.Sqlite;

namespace AuthServer.IntegrationTests.Starting;

/// <summary>The rows of the start matrix without DATABASE_URL.</summary>
public sealed class EmbeddedStartTests : IDisposable
{
    internal const string Mapper = "Microsoft.EntityFrameworkCore.Relational";

    private readonly string _data = Path.Combine(Path.GetTempPath(), $"data-{Guid.CreateVersion7():N}");
    private readonly string _address = ServerProcess.FreeAddress();

    public void Dispose()
    {
        if (Directory.Exists(_data)) Directory.Delete(_data, recursive: true);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task Nothing_but_an_address_is_needed_in_any_environment(string environment)
    {
        await using var server = Start(("ASPNETCORE_ENVIRONMENT", environment));
        await server.ReadyAsync(_address);
        Assert.Contains($"Issuer        {_address}", server.Output, StringComparison.Ordinal);
        Assert.Contains($"SQLite, {_data}/auth.db", server.Output, StringComparison.Ordinal);
        Assert.Equal(0, await server.StopAsync());
        foreach (var file in Directory.GetFiles(_data, "auth.db*").Append(Path.Combine(_data, "secrets.json")))
        {
            // Access is kept in lists on Windows, not in modes.
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task A_second_start_keeps_secrets_and_keys()
    {
        await using (var first = Start())
        {
            await first.ReadyAsync(_address);
            await first.StopAsync();
        }
        var (secrets, keys) = (await File.ReadAllTextAsync(Path.Combine(_data, "secrets.json")), await KidsAsync());
        // What it has loaded is seen in its memory, which only root may look at otherwise.
        await using var second = Start(("CORE_DUMPS", "on"));
        await second.ReadyAsync(_address);
        Assert.Equal(secrets, await File.ReadAllTextAsync(Path.Combine(_data, "secrets.json")));
        Assert.Equal(keys, await KidsAsync());
        // The mapper is half a second and 30 MB of a start that has nothing to write.
        Assert.False(second.HasLoaded(Mapper));
        // The first page opens the stored keys of cookies, in the midst of its rendering.
        Assert.Equal(HttpStatusCode.OK, await ServerProcess.GetAsync(_address, "/signin"));
    }

    [Fact]
    public async Task Two_that_start_at_once_make_one_set_of_keys()
    {
        var other = ServerProcess.FreeAddress();
        await using var first = Start();
        await using var second = Start(("ASPNETCORE_URLS", other));
        await Task.WhenAll(first.ReadyAsync(_address), second.ReadyAsync(other));
        Assert.Equal(5, (await KidsAsync()).Count);
    }

    [Fact]
    public async Task Plain_http_beyond_this_machine_is_refused()
    {
        var (exit, _, errors) = await ServerProcess.RunAsync(
            [("AUTHSERVER_DATA", _data), ("ASPNETCORE_URLS", _address.Replace("127.0.0.1", "0.0.0.0", StringComparison.Ordinal))]);
        Assert.Equal(78, exit);
        Assert.Contains("ASPNETCORE_URLS: ", errors, StringComparison.Ordinal);
        Assert.Contains("TRUSTED_PROXIES", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_data));
    }

    [Fact]
    public async Task Behind_a_trusted_proxy_it_may_listen_beyond_this_machine()
    {
        await using var server = Start(
            ("ASPNETCORE_URLS", _address.Replace("127.0.0.1", "0.0.0.0", StringComparison.Ordinal)),
            ("TRUSTED_PROXIES", "10.0.0.1"), ("API_BASE_URL", "https://id.example.com"));
        await server.ReadyAsync(_address);
    }

    [Fact]
    public async Task A_wildcard_listener_does_not_tell_the_issuer()
    {
        var (exit, _, errors) = await ServerProcess.RunAsync(
            [("AUTHSERVER_DATA", _data), ("ASPNETCORE_HTTP_PORTS", "8080"), ("TRUSTED_PROXIES", "10.0.0.1")]);
        Assert.Equal(78, exit);
        Assert.Contains("API_BASE_URL: is not set", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_http_issuer_on_this_machine_is_warned_about()
    {
        await using var server = Start();
        await server.ReadyAsync(_address);
        Assert.Contains("Warning", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_http_issuer_elsewhere_is_refused()
    {
        var (exit, _, errors) = await ServerProcess.RunAsync([("AUTHSERVER_DATA", _data), ("API_BASE_URL", "http://id.example.com")]);
        Assert.Equal(78, exit);
        Assert.Contains("API_BASE_URL: http://id.example.com is http", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_https_issuer_takes_https_alone_and_believes_its_proxies_alone()
    {
        await using var server = Start(("API_BASE_URL", "https://id.example.com"), ("TRUSTED_PROXIES", "127.0.0.1"));
        await server.ReadyAsync(_address);
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(null));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync("http"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync("https"));

        var other = ServerProcess.FreeAddress();
        await using var trusting = Start(
            ("ASPNETCORE_URLS", other), ("API_BASE_URL", "https://id.example.com"), ("TRUSTED_PROXIES", "10.0.0.1"));
        await trusting.ReadyAsync(other);
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync("https", other));
        await trusting.StopAsync();
        Assert.Contains(
            "warn: AuthServer.Hosting.Listening.IssuerAddress: Refused a request: it came over http from 127.0.0.1, whose X-Forwarded",
            trusting.Output, StringComparison.Ordinal);

        // None named is nobody believed, not everybody.
        var alone = ServerProcess.FreeAddress();
        await using var believing = Start(("ASPNETCORE_URLS", alone), ("API_BASE_URL", "https://id.example.com"));
        await believing.ReadyAsync(alone);
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync("https", alone));
    }

    [Fact]
    public async Task Without_a_named_proxy_nobody_escapes_the_flood_limit_by_naming_other_addresses()
    {
        const int Limit = 20;
        // This machine counts once the limit is given.
        await using var server = Start(("REQUESTS_PER_ADDRESS_PER_MINUTE", $"{Limit}"));
        await server.ReadyAsync(_address);
        using var client = new HttpClient();
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 2 * Limit + 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{_address}/no-such-page");
            request.Headers.Add("X-Forwarded-For", $"203.0.113.{i}");
            using var answer = await client.SendAsync(request);
            statuses.Add(answer.StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, statuses[0]);
        // Twice the limit at most, where a minute began between them.
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
    }

    [Fact]
    public async Task Secrets_that_were_lost_beside_a_database_are_not_made_anew()
    {
        await using (var first = Start())
        {
            await first.ReadyAsync(_address);
            await first.StopAsync();
        }
        File.Delete(Path.Combine(_data, "secrets.json"));
        var (exit, _, errors) = await ServerProcess.RunAsync([("AUTHSERVER_DATA", _data), ("ASPNETCORE_URLS", _address)]);
        Assert.Equal(78, exit);
        Assert.Contains("secrets.json is missing beside an existing database", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_secret_than_the_keys_were_sealed_with_stops_the_start()
    {
        await using (var first = Start())
        {
            await first.ReadyAsync(_address);
            await first.StopAsync();
        }
        var (exit, _, errors) = await ServerProcess.RunAsync(
            [("AUTHSERVER_DATA", _data), ("ASPNETCORE_URLS", _address), ("JWT_SECRET", AuthServer.Configuration.SecretText.New())]);
        Assert.Equal(78, exit);
        Assert.Contains("JWT_SECRET: does not open the signing keys", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redis_that_does_not_answer_is_told_and_keeps_nothing_from_starting()
    {
        var management = ServerProcess.FreeAddress();
        await using var server = Start(("REDIS_URL", "redis://:hunter2@127.0.0.1:1/0"), ("MANAGEMENT_URLS", management));
        await server.ReadyAsync(_address);
        using var client = new HttpClient();
        Assert.Contains(
            "\"redis\":\"degraded\"", await client.GetStringAsync(new Uri($"{management}/health/ready")), StringComparison.Ordinal);
        Assert.Contains("Redis does not answer at", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", server.Output + server.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_in_use_is_named()
    {
        await using var first = Start();
        await first.ReadyAsync(_address);
        var (exit, output, errors) = await ServerProcess.RunAsync([("AUTHSERVER_DATA", _data), ("ASPNETCORE_URLS", _address)]);
        Assert.Equal(69, exit);
        Assert.Contains("address already in use", errors, StringComparison.Ordinal);
        Assert.Equal(2, errors.Split('\n').Length);
        Assert.DoesNotContain("fail: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_misspelt_variable_and_a_production_server_on_one_file_are_warned_about()
    {
        await using var server = Start(("DATABSE_URL", "postgresql://app:hunter2@db/app"), ("SECRET_KEYY", "hunter2"));
        await server.ReadyAsync(_address);
        Assert.Contains(
            "Warning       DATABASE_URL is not set: everything is kept in one SQLite file", server.Output, StringComparison.Ordinal);
        Assert.Contains(
            "The environment variable DATABSE_URL is not a setting of this server. Did you mean DATABASE_URL?", server.Output,
            StringComparison.Ordinal);
        Assert.Contains("Did you mean SECRET_KEY?", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", server.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--BOGUS=1", "BOGUS: is not a setting")]
    [InlineData("--bogus", "bogus: is not a setting")]
    [InlineData("--database-url=x", "did you mean DATABASE_URL")]
    public async Task An_option_that_nobody_knows_is_refused(string argument, string expected)
    {
        var (exit, _, errors) = await ServerProcess.RunAsync([("AUTHSERVER_DATA", _data), ("ASPNETCORE_URLS", _address)], argument);
        Assert.Equal(78, exit);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_data));
    }

    [Fact]
    public async Task Without_ICU_the_start_is_refused_with_the_cure()
    {
        var configuration = Path.ChangeExtension(_data, "runtimeconfig.json");
        await File.WriteAllTextAsync(configuration, (await File.ReadAllTextAsync(ServerProcess.RuntimeConfiguration))
            .Replace("\"System.Globalization.Invariant\": false", "\"System.Globalization.Invariant\": true", StringComparison.Ordinal));
        await using var server = ServerProcess.StartWithRuntime(configuration, [("AUTHSERVER_DATA", _data), ("ASPNETCORE_URLS", _address)]);
        Assert.Equal(78, await server.ExitAsync());
        Assert.Contains("runs without ICU", server.Errors, StringComparison.Ordinal);
        Assert.Contains("install ICU", server.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_data));
        File.Delete(configuration);
    }

    [Fact]
    public async Task An_address_that_nothing_is_at_leaves_no_line_in_the_log()
    {
        await using var server = Start();
        await server.ReadyAsync(_address);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(null));
        await server.StopAsync();
        Assert.DoesNotContain("no-such-page", server.Output, StringComparison.Ordinal);
        // The event numbers of Microsoft.Extensions.Logging, which mean nothing to a reader.
        Assert.DoesNotContain("[0]", server.Output, StringComparison.Ordinal);
    }

    private ServerProcess Start(params (string Key, string Value)[] environment) =>
        ServerProcess.Start([("AUTHSERVER_DATA", _data), ("ASPNETCORE_URLS", _address), .. environment]);

    private async Task<HttpStatusCode> StatusAsync(string? forwardedProto, string? address = null)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{address ?? _address}/no-such-page");
        if (forwardedProto is not null) request.Headers.Add("X-Forwarded-Proto", forwardedProto);
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    private async Task<IReadOnlyList<string>> KidsAsync()
    {
        await using var connection = new SqliteConnection(EncryptedSqlite.ConnectionString(_data));
        await connection.OpenAsync();
        await using var command = new SqliteCommand("SELECT kid FROM keys ORDER BY kid", connection);
        var kids = new List<string>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) kids.Add(reader.GetString(0));
        return kids;
    }
}
