using System.Text.Json.Nodes;
using ResourceApi.Notes;

namespace ResourceApi.Mcp;

/// <summary>
/// POST /mcp: the notes for agents, by the Model Context Protocol over HTTP. Each request is answered by itself with JSON: there is no
/// session and no stream, so GET and DELETE are 405.
/// </summary>
public static class McpEndpoint
{
    public const string Path = "/mcp";

    /// <summary>Names the revision of the protocol that the client speaks.</summary>
    public const string VersionHeader = "MCP-Protocol-Version";

    public static void AddMcp(this IServiceCollection services) => services.AddSingleton<NoteTools>();

    /// <summary>
    /// A page of another origin must not reach an endpoint on the network of the person through a name that it rebinds. CORS does not
    /// prevent it: to the browser such a page is of the same origin.
    /// </summary>
    public static void UseMcpOrigins(this IApplicationBuilder app)
    {
        var settings = app.ApplicationServices.GetRequiredService<ApiSettings>();
        var own = new Uri(settings.Resource).GetLeftPart(UriPartial.Authority);
        app.Use((http, next) => !http.Request.Path.StartsWithSegments(Path)
            || http.Request.Headers.Origin is not [{ } origin] || origin == own || settings.Origins.Contains(origin)
            ? next(http)
            : TypedResults.Problem(
                statusCode: StatusCodes.Status403Forbidden, detail: "This origin is none of CORS_ORIGINS.").ExecuteAsync(http));
    }

    public static void MapMcp(this IEndpointRouteBuilder routes)
    {
        var settings = routes.ServiceProvider.GetRequiredService<ApiSettings>();
        routes.MapPost(Path, AnswerAsync).RequireScope(ScopePolicies.McpRead).AddEndpointFilter(NotesApi.OnlyPeopleAsync)
            .WithMetadata(new ProtectedResource(settings.McpResource, ScopePolicies.McpRead));
    }

    private static async Task<IResult> AnswerAsync(HttpContext http, NoteTools tools)
    {
        if (!http.Request.HasJsonContentType())
        {
            return Results.Problem(statusCode: StatusCodes.Status415UnsupportedMediaType, detail: "Send one message as application/json.");
        }

        var (message, fault) = await McpMessage.ReadAsync(http.Request);
        if (message is null || (fault = McpRevisions.FaultOf(http.Request, message)) is not null)
        {
            return Json(McpAnswers.Error(message?.Id, fault!), StatusCodes.Status400BadRequest);
        }

        // Notifications, and answers to requests that this server never sends.
        if (message.Id is null || message.Method is null) return Results.StatusCode(StatusCodes.Status202Accepted);
        if (message.Method == "tools/call")
        {
            if (tools.Find(message.Parameters.TextOf("name")) is not { } tool)
            {
                return Json(McpAnswers.Error(message.Id, new(McpFault.InvalidParameters, "There is no such tool.")));
            }

            // By HTTP and not by JSON-RPC: this is how a client learns that it may ask the person for more (RFC 6750 section 3.1).
            if (!http.User.HasScope(tool.Scope))
            {
                await Challenges.AskForScopeAsync(http, tool.Scope, ToAskFor(http, tool));
                return Results.Empty;
            }

            var result = await tool.RunAsync(NotesApi.Owner(http.User), message.Parameters.Member("arguments"), http.RequestAborted);
            return Json(McpAnswers.Result(message, result));
        }

        return McpAnswers.Of(message, tools) is { } answer
            ? Json(answer)
            : Json(
                McpAnswers.Error(message.Id, new(McpFault.UnknownMethod, "There is no such method.")),
                message.Revision == McpRevisions.Stateless ? StatusCodes.Status404NotFound : StatusCodes.Status200OK);
    }

    private static string ToAskFor(HttpContext http, NoteTool tool) =>
        string.Join(' ', ScopePolicies.OfMcp.Where(scope => scope == tool.Scope || http.User.HasScope(scope)));

    private static IResult Json(JsonObject answer, int status = StatusCodes.Status200OK) =>
        Results.Text(answer.ToJsonString(), "application/json", statusCode: status);
}
