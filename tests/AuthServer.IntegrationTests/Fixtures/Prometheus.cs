using System.Net.Http.Json;
using System.Text.Json;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>A real Prometheus on loopback that reads its targets every second.</summary>
public sealed class Prometheus : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _process;
    private readonly HttpClient _client;
    private readonly string _folder;

    private Prometheus(ChildProcess process, string address, string folder) =>
        (_process, _client, _folder) = (process, new HttpClient { BaseAddress = new Uri(address), Timeout = Patience }, folder);

    /// <param name="targets">Hosts with ports; the job is "authplatform".</param>
    public static async Task<Prometheus> StartAsync(string rules, params string[] targets)
    {
        var folder = Directory.CreateTempSubdirectory("authserver-prometheus-").FullName;
        var file = Path.Combine(folder, "prometheus.yml");
        await File.WriteAllTextAsync(file,
            $$"""
            global: {scrape_interval: 1s, evaluation_interval: 1s}
            rule_files: ["{{rules}}"]
            scrape_configs:
              - {job_name: authplatform, static_configs: [{targets: [{{string.Join(", ", targets.Select(t => $"\"{t}\""))}}]}]}
            """);
        var address = $"127.0.0.1:{FreePorts.Next()}";
        var process = ChildProcess.Start("prometheus",
            [$"--config.file={file}", $"--storage.tsdb.path={folder}/data", $"--web.listen-address={address}", "--log.level=warn"]);
        var prometheus = new Prometheus(process, $"http://{address}", folder);
        await process.WaitUntilAsync(
            "every target is read", async () => (await prometheus.TryQueryAsync("up == 1"))?.GetArrayLength() == targets.Length, Patience);
        return prometheus;
    }

    /// <summary>What an expression gives; it fails for one that Prometheus does not understand.</summary>
    public Task<JsonElement> QueryAsync(string expression) => ResultAsync("/api/v1/query?query=" + Uri.EscapeDataString(expression));

    /// <summary>What an expression gave over a time.</summary>
    public async Task<JsonElement> RangeAsync(string expression, DateTimeOffset from, DateTimeOffset until, TimeSpan step)
    {
        var query = FormattableString.Invariant(
            $"&start={from.ToUnixTimeMilliseconds() / 1000.0}&end={until.ToUnixTimeMilliseconds() / 1000.0}&step={step.TotalSeconds}");
        return await ResultAsync("/api/v1/query_range?query=" + Uri.EscapeDataString(expression) + query);
    }

    /// <summary>Waits until an expression gives a series: counters have to be read twice.</summary>
    public async Task<bool> FindsAsync(string expression, DateTimeOffset until)
    {
        while ((await QueryAsync(expression)).GetArrayLength() == 0)
        {
            if (TimeProvider.System.GetUtcNow() > until) return false;
            await Task.Delay(200);
        }

        return true;
    }

    public async Task<JsonElement> RulesAsync() =>
        (await _client.GetFromJsonAsync<JsonElement>("/api/v1/rules")).GetProperty("data").GetProperty("groups");

    public void Dispose()
    {
        _client.Dispose();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<JsonElement> ResultAsync(string query)
    {
        using var answer = await _client.GetAsync(query);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(body.GetProperty("status").GetString() == "success", $"{query}\n{body}");
        return body.GetProperty("data").GetProperty("result");
    }

    private async Task<JsonElement?> TryQueryAsync(string expression)
    {
        try
        {
            return await QueryAsync(expression);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException)
        {
            // It is still starting.
            return null;
        }
    }
}
