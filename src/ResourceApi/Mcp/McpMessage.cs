using System.Text.Json;

namespace ResourceApi.Mcp;

/// <summary>Why a message is refused, as JSON-RPC 2.0 section 5.1 numbers it.</summary>
/// <param name="Data">What else is told; null: nothing.</param>
internal sealed record McpFault(int Code, string Message, object? Data = null)
{
    public const int Unreadable = -32700, InvalidRequest = -32600, UnknownMethod = -32601, InvalidParameters = -32602;

    /// <summary>Codes of MCP's own: a header that does not say what the body says, and a revision that is not spoken here.</summary>
    public const int HeaderMismatch = -32020, UnknownRevision = -32022;
}

/// <summary>A message of JSON-RPC 2.0: a request has an id and a method, a notification no id, an answer no method.</summary>
/// <param name="Parameters">An object; undefined where there are none.</param>
internal sealed record McpMessage(JsonElement? Id, string? Method, JsonElement Parameters)
{
    /// <summary>Where a client of the revision 2026-07-28 says in each request which one it speaks.</summary>
    private const string RevisionMember = "io.modelcontextprotocol/protocolVersion";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>The revision that the message names; null for those that begin with initialize, and name it there.</summary>
    public string? Revision => Parameters.Member("_meta").TextOf(RevisionMember);

    public static async Task<(McpMessage? Message, McpFault? Fault)> ReadAsync(HttpRequest request)
    {
        try
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
            var json = JsonElement.Parse(body.GetBuffer().AsSpan(0, (int)body.Length), Strict);
            // Half of a surrogate pair is valid JSON and no text; reading it throws.
            ReadTexts(json);
            return Read(json);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or BadHttpRequestException)
        {
            return (null, new(McpFault.Unreadable, "The body is not JSON in UTF-8, or too long."));
        }
    }

    private static (McpMessage?, McpFault?) Read(JsonElement json)
    {
        var invalid = new McpFault(McpFault.InvalidRequest, "The body is not one message of JSON-RPC 2.0.");
        if (json.TextOf("jsonrpc") != "2.0") return (null, invalid);
        JsonElement? id = null;
        if (json.TryGetProperty("id", out var given))
        {
            if (given.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)) return (null, invalid);
            id = given;
        }

        var (method, parameters) = (json.TextOf("method"), json.Member("params"));
        if (method is null ? json.TryGetProperty("method", out _) || !IsAnswer(json) : parameters.ValueKind
            is not (JsonValueKind.Object or JsonValueKind.Undefined))
        {
            return (null, invalid);
        }

        return (new(id, method, parameters), null);
    }

    private static bool IsAnswer(JsonElement json) => json.TryGetProperty("result", out _) || json.TryGetProperty("error", out _);

    private static void ReadTexts(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                json.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in json.EnumerateArray()) ReadTexts(item);
                break;
            case JsonValueKind.Object:
                foreach (var member in json.EnumerateObject())
                {
                    _ = member.Name;
                    ReadTexts(member.Value);
                }

                break;
        }
    }
}

/// <summary>Members of JSON that may not be there.</summary>
internal static class JsonMembers
{
    /// <returns>Undefined where there is none.</returns>
    public static JsonElement Member(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : default;

    public static string? TextOf(this JsonElement json, string name) =>
        json.Member(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
