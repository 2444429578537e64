namespace ResourceApi.Mcp;

/// <summary>The revisions of the protocol that are spoken here, and what each wants to find in the headers.</summary>
internal static class McpRevisions
{
    /// <summary>Since this one there is no initialize: each request says for itself which revision it is of.</summary>
    public const string Stateless = "2026-07-28";

    /// <summary>The newest of those that begin with initialize.</summary>
    private const string Newest = "2025-11-25";

    private const string MethodHeader = "Mcp-Method", NameHeader = "Mcp-Name";

    /// <summary>The oldest is the one of clients that send no header; nothing that has changed since matters here.</summary>
    private static readonly string[] All = [Stateless, Newest, "2025-06-18", "2025-03-26"];

    public static IReadOnlyList<string> Spoken => All;

    /// <summary>What initialize answers: what the client wants, or else what it may want instead.</summary>
    public static string Agree(string? wanted) => wanted is not null && wanted != Stateless && All.Contains(wanted) ? wanted : Newest;

    public static McpFault? FaultOf(HttpRequest request, McpMessage message)
    {
        var header = request.Headers[McpEndpoint.VersionHeader];
        var named = message.Revision ?? (header.Count == 0 ? null : header.ToString());
        // initialize says in its parameters what is spoken from then on.
        if (named is not null && !All.Contains(named) && message.Method != "initialize")
        {
            return new(
                McpFault.UnknownRevision, "This revision of the protocol is not spoken here.", new { supported = All, requested = named });
        }

        if (named != Stateless || message.Method is not { } method) return null;
        // A proxy decides by the headers and this server by the body: both must say the same.
        return message.Revision != named || header != named || request.Headers[MethodHeader] != method
            || (method == "tools/call" && request.Headers[NameHeader] != message.Parameters.TextOf("name"))
            ? new(McpFault.HeaderMismatch, $"{McpEndpoint.VersionHeader}, {MethodHeader} and {NameHeader} do not say what the body says.")
            : null;
    }
}
