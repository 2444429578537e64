using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AuthServer.IntegrationTests.ResourceServer;

/// <summary>The MCP endpoint of the resource API: RFC 9728, RFC 6750 section 3.1, and the transport over HTTP.</summary>
public sealed class McpTests : IAsyncLifetime
{
    private const string Resource = ApiHost.Resource + "/mcp", Metadata = ApiHost.Resource + "/.well-known/oauth-protected-resource/mcp";
    private const string List = """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""";

    private readonly ApiHost _api = new(("CORS_ORIGINS", "https://agent.example.test"));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task The_metadata_of_the_endpoint_stand_at_the_address_with_its_path()
    {
        using var answer = await _api.GetAsync(new Uri(Metadata).AbsolutePath);
        var json = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal((Resource, TokenIssuer.Address), (json.GetProperty("resource").GetString(),
            json.GetProperty("authorization_servers")[0].GetString()));
        Assert.Equal(["mcp:read", "mcp:write"], json.GetProperty("scopes_supported").EnumerateArray().Select(s => s.GetString()));
        using var other = await _api.GetAsync("/.well-known/oauth-protected-resource");
        Assert.Equal(ApiHost.Resource, JsonElement.Parse(await other.Content.ReadAsStringAsync()).GetProperty("resource").GetString());
    }

    [Fact]
    public async Task Without_a_token_a_client_learns_where_to_look_and_what_to_ask_for()
    {
        var answer = await SendAsync(List, token: null);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        // Of the two schemes Bearer stands first: clients read the first one.
        Assert.Equal(
            $"Bearer scope=\"mcp:read\", resource_metadata=\"{Metadata}\", DPoP algs=\"ES256 ES384 EdDSA Ed25519 PS256 RS256\"",
            answer.Challenge);
    }

    [Fact]
    public async Task A_token_for_the_api_opens_nothing_here_and_a_token_for_this_opens_nothing_there()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(List, Issue(aud: ApiHost.Resource))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(List, Issue(aud: Resource + "/"))).Status);
        using var there = await _api.GetAsync("/v1/notes", Issue("mcp:read notes:read"));
        Assert.Equal(HttpStatusCode.Unauthorized, there.StatusCode);
        Assert.DoesNotContain("/mcp", there.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(List, Issue())).Status);
    }

    [Fact]
    public async Task A_tool_that_needs_more_is_refused_with_what_to_ask_for()
    {
        var refused = await CallAsync("add_note", """{"text":"x"}""", Issue());
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Equal(
            "Bearer error=\"insufficient_scope\", error_description=\"The access token does not carry the scope mcp:write.\", "
            + $"scope=\"mcp:read mcp:write\", resource_metadata=\"{Metadata}\"", refused.Challenge);
        Assert.Equal("[]", Text(await CallAsync("list_notes", "{}", Issue())));

        var none = await SendAsync(List, Issue("notes:read"));
        Assert.Equal(HttpStatusCode.Forbidden, none.Status);
        Assert.Contains("scope=\"mcp:read\"", none.Challenge, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_notes_are_those_of_the_person_and_of_nobody_else()
    {
        var (alice, bob) = (Issue("mcp:read mcp:write"), Issue("mcp:read mcp:write", sub: TokenIssuer.Bob));
        var added = Text(await CallAsync("add_note", """{"text":"Milk"}""", alice));
        var id = added.Split(' ')[^1].TrimEnd('.');
        Assert.Contains("Milk", Text(await CallAsync("list_notes", "{}", alice)), StringComparison.Ordinal);
        Assert.Equal("[]", Text(await CallAsync("list_notes", "{}", bob)));
        var delete = $$"""{"id":"{{id}}"}""";
        Assert.True(IsError(await CallAsync("delete_note", delete, bob)));
        Assert.False(IsError(await CallAsync("delete_note", delete, alice)));
        // A client on its own behalf is no person.
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(List, Issue(sub: "notebook"))).Status);
    }

    [Fact]
    public async Task A_client_begins_by_initialize_or_asks_what_is_spoken()
    {
        var begun = await SendAsync(
            """{"jsonrpc":"2.0","id":"a","method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{}}}""", Issue());
        Assert.Equal("2025-06-18", begun.Json!["result"]!["protocolVersion"]!.GetValue<string>());
        Assert.Equal("a", begun.Json["id"]!.GetValue<string>());
        begun = await SendAsync("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"1999-01-01"}}""", Issue());
        Assert.Equal("2025-11-25", begun.Json!["result"]!["protocolVersion"]!.GetValue<string>());
        var told = await SendAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""", Issue());
        Assert.Equal((HttpStatusCode.Accepted, null), (told.Status, told.Json));
        Assert.Empty((await SendAsync("""{"jsonrpc":"2.0","id":2,"method":"ping"}""", Issue())).Json!["result"]!.AsObject());

        var found = await SendAsync(
            Stateless("server/discover"), Issue(), ("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "server/discover"));
        Assert.Equal(("2026-07-28", "complete"),
            (found.Json!["result"]!["supportedVersions"]![0]!.GetValue<string>(), found.Json["result"]!["resultType"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("2026-07-28", "tools/list")]
    [InlineData("2025-11-25", "server/discover")]
    [InlineData(null, "server/discover")]
    public async Task Headers_that_do_not_say_what_the_body_says_are_refused(string? version, string method)
    {
        List<(string, string)> headers = [("Mcp-Method", method)];
        if (version is not null) headers.Add(("MCP-Protocol-Version", version));
        var refused = await SendAsync(Stateless("server/discover"), Issue(), [.. headers]);
        Assert.Equal((HttpStatusCode.BadRequest, -32020), (refused.Status, refused.Json!["error"]!["code"]!.GetValue<int>()));
    }

    [Theory]
    [InlineData("1999-01-01")]
    [InlineData("not-a-version")]
    public async Task A_revision_that_is_not_spoken_is_refused(string version) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(List, Issue(), ("MCP-Protocol-Version", version))).Status);

    [Theory]
    [InlineData("nonsense", -32700)]
    [InlineData("", -32700)]
    [InlineData("[]", -32600)]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"method":"ping"}]""", -32600)]
    [InlineData("""{"id":1,"method":"ping"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"ping"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":7}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}""", -32700)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\ud800"}}""", -32700)]
    [InlineData("""{"jsonrpc":"2.0","id":1}""", -32600)]
    public async Task What_is_no_message_is_refused(string body, int code)
    {
        var refused = await SendAsync(body, Issue());
        Assert.Equal((HttpStatusCode.BadRequest, code), (refused.Status, refused.Json!["error"]!["code"]!.GetValue<int>()));
    }

    [Fact]
    public async Task An_unknown_method_tool_or_argument_is_said_and_nothing_breaks()
    {
        var token = Issue("mcp:read mcp:write");
        Assert.Equal(-32601, Code(await SendAsync("""{"jsonrpc":"2.0","id":1,"method":"resources/list"}""", token)));
        Assert.Equal(-32602, Code(await CallAsync("no_tool", "{}", token)));
        Assert.Equal(-32602, Code(await SendAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/call"}""", token)));
        foreach (var arguments in new[] { "{}", "[]", "7", """{"text":7}""", """{"text":" "}""" })
        {
            Assert.True(IsError(await CallAsync("add_note", arguments, token)));
        }

        Assert.True(IsError(await CallAsync("delete_note", """{"id":"x"}""", token)));
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync("""{"jsonrpc":"2.0","id":1,"result":{}}""", token)).Status);
    }

    [Fact]
    public async Task Another_origin_another_method_and_another_type_are_refused()
    {
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(List, Issue(), ("Origin", "https://rebound.example.test"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(List, Issue(), ("Origin", "null"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(List, Issue(), ("Origin", "https://agent.example.test"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(List, Issue(), ("Origin", ApiHost.Resource))).Status);
        // The same endpoint to the router.
        Assert.Equal(
            HttpStatusCode.Forbidden, (await SendAsync(List, Issue(), "/mcp/", ("Origin", "https://rebound.example.test"))).Status);
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head, HttpMethod.Delete })
        {
            using var answer = await _api.SendAsync(method, "/mcp", Issue());
            Assert.Equal((HttpStatusCode.MethodNotAllowed, "POST"), (answer.StatusCode, answer.Content.Headers.Allow.Single()));
        }

        using var form = await _api.SendAsync(HttpMethod.Post, "/mcp", Issue(), new StringContent(List, Encoding.UTF8, "text/plain"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, form.StatusCode);
    }

    private static string Stateless(string method) =>
        """{"jsonrpc":"2.0","id":1,"method":"METHOD","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}"""
            .Replace("METHOD", method, StringComparison.Ordinal);

    private string Issue(string scope = "mcp:read", string aud = Resource, string sub = TokenIssuer.Alice) => _api.Issuer.Issue(claims =>
        (claims["scope"], claims["aud"], claims["sub"]) = (scope, aud, sub));

    private Task<McpAnswer> CallAsync(string tool, string arguments, string token) => SendAsync(
        $$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"{{tool}}","arguments":{{arguments}} } }""", token);

    private Task<McpAnswer> SendAsync(string body, string? token, params (string Name, string Value)[] headers) =>
        SendAsync(body, token, "/mcp", headers);

    private async Task<McpAnswer> SendAsync(string body, string? token, string path, params (string Name, string Value)[] headers)
    {
        using var client = _api.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers) Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return new(
            answer.StatusCode, answer.Headers.WwwAuthenticate.ToString(),
            answer.Content.Headers.ContentType?.MediaType == "application/json" ? JsonNode.Parse(text)!.AsObject() : null);
    }

    private static int Code(McpAnswer answer) => answer.Json!["error"]!["code"]!.GetValue<int>();

    private static string Text(McpAnswer answer) => answer.Json!["result"]!["content"]![0]!["text"]!.GetValue<string>();

    private static bool IsError(McpAnswer answer) => answer.Json!["result"]!["isError"]!.GetValue<bool>();

    private sealed record McpAnswer(HttpStatusCode Status, string Challenge, JsonObject? Json);
}
