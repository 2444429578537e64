using System.Security.Claims;

namespace ResourceApi.Notes;

/// <summary>The notes of the signed-in person. The note of another person is answered like one that does not exist.</summary>
public static class NotesApi
{
    private const int LargestPage = 100;

    public static void AddNotes(this IServiceCollection services) => services.AddSingleton<NoteStore>();

    public static void MapNotes(this IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<NoteStore>().Prepare();
        var notes = routes.MapGroup("/v1/notes").AddEndpointFilter(OnlyPeopleAsync);
        notes.MapGet("", ListAsync).RequireScope(ScopePolicies.NotesRead);
        notes.MapGet("{id:guid}", FindAsync).RequireScope(ScopePolicies.NotesRead);
        notes.MapPost("", AddAsync).RequireScope(ScopePolicies.NotesWrite);
        notes.MapPut("{id:guid}", ChangeAsync).RequireScope(ScopePolicies.NotesWrite);
        notes.MapDelete("{id:guid}", DeleteAsync).RequireScope(ScopePolicies.NotesWrite);
    }

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal caller, HttpContext http, NoteStore notes, Guid? after, int? limit, CancellationToken stop)
    {
        if (limit is < 1 or > LargestPage)
        {
            return Results.ValidationProblem(new Dictionary<string, string[]> { ["limit"] = [$"A page has 1 to {LargestPage} notes."] });
        }

        var size = limit ?? LargestPage;
        var page = await notes.ListAsync(Owner(caller), after, size, stop);
        if (page.Count == size) http.Response.Headers.Link = $"</v1/notes?limit={size}&after={page[^1].Id}>; rel=\"next\"";
        return Results.Ok(page);
    }

    private static async Task<IResult> FindAsync(Guid id, ClaimsPrincipal caller, NoteStore notes, CancellationToken stop) =>
        await notes.FindAsync(Owner(caller), id, stop) is { } note ? Results.Ok(note) : Absent();

    private static async Task<IResult> AddAsync(NoteText body, ClaimsPrincipal caller, NoteStore notes, CancellationToken stop)
    {
        if (body.Problems() is { } problems) return Results.ValidationProblem(problems);
        var note = await notes.AddAsync(Owner(caller), body.Text!, stop);
        return Results.Created($"/v1/notes/{note.Id}", note);
    }

    private static async Task<IResult> ChangeAsync(Guid id, NoteText body, ClaimsPrincipal caller, NoteStore notes, CancellationToken stop)
    {
        if (body.Problems() is { } problems) return Results.ValidationProblem(problems);
        return await notes.ChangeAsync(Owner(caller), id, body.Text!, stop) is { } note ? Results.Ok(note) : Absent();
    }

    private static async Task<IResult> DeleteAsync(Guid id, ClaimsPrincipal caller, NoteStore notes, CancellationToken stop) =>
        await notes.DeleteAsync(Owner(caller), id, stop) ? Results.NoContent() : Absent();

    // RFC 9068 section 2.2: a client on its own behalf is its own subject, and no person.
    internal static ValueTask<object?> OnlyPeopleAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        return IsPerson(context.HttpContext.User)
            ? next(context)
            : ValueTask.FromResult<object?>(
                Results.Problem(
                    statusCode: StatusCodes.Status403Forbidden, detail: "Notes belong to people; this token is a client's own."));
    }

    internal static bool IsPerson(ClaimsPrincipal caller) =>
        caller.FindFirst("sub")?.Value is { } subject && subject != caller.FindFirst("client_id")?.Value;

    internal static string Owner(ClaimsPrincipal caller) => caller.FindFirst("sub")!.Value;

    private static IResult Absent() =>
        Results.Problem(statusCode: StatusCodes.Status404NotFound, detail: "There is no such note of yours.");
}
