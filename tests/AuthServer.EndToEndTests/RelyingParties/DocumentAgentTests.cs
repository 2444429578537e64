using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Program = AuthServer.EndToEndTests.Fixtures.Program;

namespace AuthServer.EndToEndTests.RelyingParties;

/// <summary>
/// An agent on the MCP SDK, with a document about itself as its client id (draft-ietf-oauth-client-id-metadata-document): nothing is
/// configured at the server, at the MCP server or in the agent, and nobody registers.
/// </summary>
[Collection(nameof(ClientServer))]
public sealed class DocumentAgentTests(ClientServer server) : IAsyncLifetime
{
    private const string Name = "modelcontextprotocol-client";

    private readonly string _origin = string.Create(CultureInfo.InvariantCulture, $"https://localhost:{FreePorts.Next()}");
    private WebApplication? _publisher;

    private string Document => _origin + "/agent.json";

    public async ValueTask InitializeAsync()
    {
        var path = Path.Combine(Program.Root, "tests", "clients", Name, "client.json");
        var document = JsonNode.Parse(await File.ReadAllTextAsync(path))!["document"]!.AsObject();
        document["client_id"] = Document;
        var text = document.ToJsonString();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().UseUrls(_origin)
            .ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = server.Certificate));
        _publisher = builder.Build();
        _publisher.MapGet("/agent.json", () => Results.Text(text, "application/json"));
        await _publisher.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_publisher is not null) await _publisher.DisposeAsync();
    }

    [Fact]
    public async Task An_agent_with_a_document_finds_its_way_and_asks_for_more_when_it_needs_it()
    {
        await server.StartApiAsync();
        using var agent = await server.StartAgentAsync(Name, Document);
        using var person = server.NewVisitor("agent");
        await AllowAsync();
        await agent.KnowsAsync("before");
        await AllowAsync();
        Assert.True((await agent.KnowsAsync("done")).GetBoolean());

        var state = await agent.StateAsync();
        Assert.Equal(Document, state.GetProperty("client").GetString());
        Assert.False(state.TryGetProperty("registered", out _));
        Assert.DoesNotContain("mcp:write", state.GetProperty("first").GetString(), StringComparison.Ordinal);
        Assert.Contains("mcp:write", state.GetProperty("second").GetString(), StringComparison.Ordinal);
        Assert.Contains("Written by SDK 2", state.GetProperty("after").GetString(), StringComparison.Ordinal);
        var resources = state.GetProperty("resources").EnumerateArray().Select(resource => resource.GetString());
        Assert.Equal(Enumerable.Repeat(server.Api + "/mcp", 4), resources);

        async Task AllowAsync()
        {
            var answer = await person.ArriveAsync((await agent.KnowsAsync("address")).GetString()!, agent.Callback);
            using var http = new HttpClient();
            Assert.Equal("Back at the agent", await http.GetStringAsync(answer));
        }
    }
}
