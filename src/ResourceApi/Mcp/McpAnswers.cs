using System.Text.Json;
using System.Text.Json.Nodes;

namespace ResourceApi.Mcp;

/// <summary>The methods that need no tool, and the form of every answer.</summary>
internal static class McpAnswers
{
    private static JsonObject Server => new() { ["name"] = "authplatform-notes", ["title"] = "Notes", ["version"] = "1.0.0" };

    /// <returns>Null for a method that is not known here.</returns>
    public static JsonObject? Of(McpMessage message, NoteTools tools) => message.Method switch
    {
        "initialize" => Result(message, new()
        {
            ["protocolVersion"] = McpRevisions.Agree(message.Parameters.TextOf("protocolVersion")),
            ["capabilities"] = Capabilities,
            ["serverInfo"] = Server,
        }),
        "ping" => Result(message, []),
        "tools/list" => Result(message, Kept(message, new() { ["tools"] = tools.List() })),
        "server/discover" => Result(message, Kept(message, new()
        {
            ["supportedVersions"] = new JsonArray([.. McpRevisions.Spoken.Select(revision => JsonValue.Create(revision))]),
            ["capabilities"] = Capabilities,
        })),
        _ => null,
    };

    public static JsonObject Result(McpMessage request, JsonObject result)
    {
        if (request.Revision == McpRevisions.Stateless)
        {
            result["resultType"] = "complete";
            result["_meta"] = new JsonObject { ["io.modelcontextprotocol/serverInfo"] = Server };
        }

        return new() { ["jsonrpc"] = "2.0", ["id"] = IdOf(request.Id), ["result"] = result };
    }

    public static JsonObject Error(JsonElement? id, McpFault fault)
    {
        var error = new JsonObject { ["code"] = fault.Code, ["message"] = fault.Message };
        if (fault.Data is not null) error["data"] = JsonSerializer.SerializeToNode(fault.Data, JsonSerializerOptions.Web);
        return new() { ["jsonrpc"] = "2.0", ["id"] = IdOf(id), ["error"] = error };
    }

    private static JsonObject Capabilities => new() { ["tools"] = new JsonObject() };

    // What a client may keep, and for how long, since the revision that says so.
    private static JsonObject Kept(McpMessage request, JsonObject result)
    {
        if (request.Revision == McpRevisions.Stateless) (result["ttlMs"], result["cacheScope"]) = (0, "private");
        return result;
    }

    private static JsonNode? IdOf(JsonElement? id) => id is { } given ? JsonNode.Parse(given.GetRawText()) : null;
}
