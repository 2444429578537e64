using System.Text.Json;
using System.Text.Json.Nodes;
using ResourceApi.Notes;

namespace ResourceApi.Mcp;

/// <summary>What an agent can do with a person's notes.</summary>
/// <param name="Scope">Which the access token needs.</param>
/// <param name="Schema">Of its arguments, as JSON Schema.</param>
/// <param name="Hints">What a client may show a person before it calls.</param>
internal sealed record NoteTool(
    string Name, string Title, string Description, string Scope, string Schema, string Hints,
    Func<string, JsonElement, CancellationToken, Task<JsonObject>> RunAsync);

/// <summary>The tools of the MCP endpoint; the notes are those of the person whom the token names.</summary>
internal sealed class NoteTools
{
    private const int Most = 100;

    private readonly NoteStore _notes;
    private readonly IReadOnlyList<NoteTool> _all;

    public NoteTools(NoteStore notes)
    {
        _notes = notes;
        _all =
        [
            new(
                "list_notes", "List notes", $"The person's first {Most} notes, as JSON.", ScopePolicies.McpRead,
                """{"type":"object","additionalProperties":false}""", """{"readOnlyHint":true}""", ListAsync),
            new(
                "add_note", "Add a note", "Writes a new note.", ScopePolicies.McpWrite,
                """
                {"type":"object","properties":{"text":{"type":"string","minLength":1,"maxLength":10000}},
                 "required":["text"],"additionalProperties":false}
                """,
                """{"readOnlyHint":false,"destructiveHint":false}""", AddAsync),
            new(
                "delete_note", "Delete a note", "Deletes the note with this id.", ScopePolicies.McpWrite,
                """{"type":"object","properties":{"id":{"type":"string"}},"required":["id"],"additionalProperties":false}""",
                """{"readOnlyHint":false,"destructiveHint":true}""", DeleteAsync),
        ];
    }

    public NoteTool? Find(string? name) => _all.FirstOrDefault(tool => tool.Name == name);

    public JsonArray List() =>
    [
        .. _all.Select(tool => new JsonObject
        {
            ["name"] = tool.Name,
            ["title"] = tool.Title,
            ["description"] = tool.Description,
            ["inputSchema"] = JsonNode.Parse(tool.Schema),
            ["annotations"] = JsonNode.Parse(tool.Hints),
        }),
    ];

    private async Task<JsonObject> ListAsync(string owner, JsonElement arguments, CancellationToken stop) =>
        Said(JsonSerializer.Serialize(await _notes.ListAsync(owner, null, Most, stop), JsonSerializerOptions.Web));

    private async Task<JsonObject> AddAsync(string owner, JsonElement arguments, CancellationToken stop)
    {
        var text = new NoteText(arguments.TextOf("text"));
        if (text.Problems() is { } problems) return Said(problems["text"][0], isError: true);
        return Said($"Added as {(await _notes.AddAsync(owner, text.Text!, stop)).Id}.");
    }

    private async Task<JsonObject> DeleteAsync(string owner, JsonElement arguments, CancellationToken stop) =>
        Guid.TryParse(arguments.TextOf("id"), out var id) && await _notes.DeleteAsync(owner, id, stop)
            ? Said("Deleted.")
            : Said("There is no such note of this person.", isError: true);

    // A mistake in the arguments is told to the model, which may mend it, and not to the program around it.
    private static JsonObject Said(string text, bool isError = false) => new()
    {
        ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = text }),
        ["isError"] = isError,
    };
}
