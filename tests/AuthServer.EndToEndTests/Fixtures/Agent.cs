using System.Globalization;
using System.Text.Json;

namespace AuthServer.EndToEndTests.Fixtures;

/// <summary>An agent of tests/clients on the MCP SDK: it is told the address of an MCP server, and its page is what it knows.</summary>
internal sealed class Agent : IDisposable
{
    private readonly Program _program;
    private readonly HttpClient _http = new();
    private readonly Uri _page;

    /// <param name="folder">With its packages installed.</param>
    /// <param name="server">The MCP server.</param>
    public Agent(string folder, string server, params (string Key, string Value)[] environment)
    {
        var port = FreePorts.Next();
        _page = new($"http://127.0.0.1:{port}");
        _program = Program.Start(
            "node", ["app.mjs"], folder,
            [("MCP_URL", server), ("PORT", port.ToString(CultureInfo.InvariantCulture)), .. environment]);
    }

    /// <summary>Where it wants the person back.</summary>
    public string Callback => new Uri(_page, "/callback").AbsoluteUri;

    /// <summary>A member of what it knows, once it knows it.</summary>
    public async Task<JsonElement> KnowsAsync(string member)
    {
        for (var look = 0; look < 200; look++)
        {
            try
            {
                var state = await StateAsync();
                if (state.TryGetProperty("error", out var error)) throw new InvalidOperationException($"{error}\n{_program.Output}");
                if (state.TryGetProperty(member, out var value)) return value;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(100);
        }

        throw new TimeoutException($"The agent never knew {member}:\n{_program.Output}");
    }

    /// <summary>All that it knows now.</summary>
    public async Task<JsonElement> StateAsync() => JsonElement.Parse(await _http.GetStringAsync(_page));

    /// <summary>Has it call a tool once more.</summary>
    /// <returns>"It may", or the name of the error.</returns>
    public Task<string> TriesAgainAsync() => _http.GetStringAsync(new Uri(_page, "/again"));

    public void Dispose()
    {
        _program.Dispose();
        _http.Dispose();
    }
}
