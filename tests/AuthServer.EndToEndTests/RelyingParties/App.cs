using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AuthServer.EndToEndTests.Fixtures;

namespace AuthServer.EndToEndTests.RelyingParties;

/// <summary>A program of tests/clients, as its client.json says, with an address and a secret of its own for this run.</summary>
internal sealed class App
{
    private readonly JsonObject _description;

    public App(string name)
    {
        Name = name;
        Folder = Path.Combine(Program.Root, "tests", "clients", name);
        var text = File.ReadAllText(Path.Combine(Folder, "client.json"));
        var scheme = JsonNode.Parse(text)!["https"] is not null ? "https" : "http";
        Address = string.Create(CultureInfo.InvariantCulture, $"{scheme}://localhost:{Port}");
        _description = JsonNode.Parse(text.Replace("{APP}", Address, StringComparison.Ordinal))!.AsObject();
        var registration = _description["registration"]!.AsObject();
        registration["client_id"] = name;
        if (registration["token_endpoint_auth_method"] is null) registration["client_secret"] = Secret;
    }

    public string Name { get; }

    public string Folder { get; }

    public int Port { get; } = FreePorts.Next();

    public string Address { get; }

    public string Secret { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    public JsonNode Registration => _description["registration"]!.DeepClone();

    public IEnumerable<JsonNode> Scopes => (_description["scopes"] as JsonArray ?? []).Select(scope => scope!.DeepClone());

    /// <summary>The program and its arguments.</summary>
    public IReadOnlyList<string> Start => [.. _description["start"]!.AsArray().Select(part => (string)part!)];
}
