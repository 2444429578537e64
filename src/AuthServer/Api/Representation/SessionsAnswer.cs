using AuthServer.Audit;
using AuthServer.JsonApi;
using AuthServer.Sessions;

namespace AuthServer.Api.Representation;

/// <summary>The sessions of a person as an answer.</summary>
internal static class SessionsAnswer
{
    /// <param name="current">The session that asks.</param>
    public static async Task<IResult> ListAsync(HttpContext http, SessionList sessions, Guid userId, Guid? current)
    {
        var found = await sessions.ListAsync(userId, http.RequestAborted);
        var places = http.RequestServices.GetRequiredService<Places>();
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(
            new SessionsDocument([.. found.Select(s => SessionDocument.Of(s, current, places))]), SessionJson.Default.SessionsDocument);
    }

    public static Problem NotFound() => Problem.NotFound("There is no session with this id.");
}
