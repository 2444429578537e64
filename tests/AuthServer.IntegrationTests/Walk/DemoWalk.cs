using System.Text.RegularExpressions;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Walk;

/// <summary>
/// AuthServer.http, run once from top to bottom against the demo: both servers as programs of their own, and a person who reads the
/// console.
/// </summary>
public sealed partial class DemoWalk : IAsyncLifetime
{
    private static readonly string HttpFilePath = Path.Combine(ServerProcess.Root, "src", "AuthServer", "AuthServer.http");

    private readonly string _data = Path.Combine(Path.GetTempPath(), $"walk-{Guid.CreateVersion7():N}");
    private readonly Issuer _issuer = Issuer.At(new Uri(ServerProcess.FreeAddress("localhost")));
    private readonly string _api = ServerProcess.FreeAddress("localhost");
    private ServerProcess? _server, _resourceApi;

    internal string IssuerText => _issuer.Text;

    internal IReadOnlyList<HttpPart> Parts { get; } = HttpFile.Parse(File.ReadAllText(HttpFilePath));

    internal IReadOnlyList<WalkedRequest> Requests { get; private set; } = [];

    /// <summary>The OpenAPI document, from the walk itself.</summary>
    internal ApiAnswer Document => Requests.Single(r => r.Address.AbsolutePath == "/v1/openapi.json").Answer;

    public async ValueTask InitializeAsync()
    {
        _server = ServerProcess.Start(
            [("ASPNETCORE_ENVIRONMENT", "Development"), ("ASPNETCORE_URLS", _issuer.Text), ("AUTHSERVER_DATA", _data)]);
        // The demo's tokens are for the API's usual address, wherever it listens here.
        _resourceApi = ServerProcess.StartProject("ResourceApi",
            [("ASPNETCORE_URLS", _api), ("API_BASE_URL", _issuer.Text), ("RESOURCE_URL", "http://localhost:5081"),
                ("RESOURCE_DATA", Path.Combine(_data, "api"))]);
        await _server.ReadyAsync(_issuer.Text);
        await _resourceApi.ReadyAsync(_api);
        await PrintedAsync(LastLine());
        var given = new Dictionary<string, string>
        {
            ["issuer"] = _issuer.Text,
            ["api"] = _api,
            ["adminPassword"] = Secret("admin@example.com"),
            ["alicePassword"] = Secret("alice@example.com"),
            ["machineSecret"] = Secret("demo-machine"),
            ["apiSecret"] = Secret("demo-api"),
        };
        Requests = await new HttpRun(given, Path.GetDirectoryName(HttpFilePath)!, SignInAsync).SendAllAsync(Parts);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        if (_resourceApi is not null) await _resourceApi.DisposeAsync();
        if (Directory.Exists(_data)) Directory.Delete(_data, recursive: true);
    }

    /// <summary>
    /// Opens the address that the file names, signs in as Alice, allows, and reads the code from the page that it ends on.
    /// </summary>
    private async Task<string> SignInAsync()
    {
        var browser = new Browser(_issuer);
        var address = File.ReadLines(HttpFilePath)
            .Single(line => line.StartsWith("# http://localhost:5080/connect/authorize?", StringComparison.Ordinal))[2..];
        var page = await browser.OpenAsync(address.Replace("localhost:5080", _issuer.Address.Authority, StringComparison.Ordinal)
            .Replace("localhost%3A5080", Uri.EscapeDataString(_issuer.Address.Authority), StringComparison.Ordinal));
        page = await browser.SignInAsync("alice@example.com", Secret("alice@example.com"), page: page);
        if (page.HasForm("/consent")) page = await browser.SubmitAsync(page, "/consent", ("decision", "allow"));
        return page.Document.QuerySelector("code")?.TextContent ?? throw new InvalidOperationException($"The page shows no code: {page}");
    }

    // The console says it a moment after the server listens.
    private async Task<string> PrintedAsync(Regex line)
    {
        await Eventually.UntilAsync(
            $"the console says {line}", () => line.IsMatch(_server!.Output), () => $"{_server!.Output}\n{_server.Errors}");
        return line.Match(_server!.Output).Groups[1].Value;
    }

    private string Secret(string name) =>
        Regex.Match(_server!.Output, $@"^  {Regex.Escape(name)}\s+(\S+)$", RegexOptions.Multiline) is { Success: true } match
        ? match.Groups[1].Value : throw new InvalidOperationException($"The console names no {name}:\n{_server.Output}");

    [GeneratedRegex(@"^  demo-api\s+(\S+)$", RegexOptions.Multiline)]
    private static partial Regex LastLine();
}
