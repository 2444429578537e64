using AuthServer.Api.Tokens;
using AuthServer.Audit;
using AuthServer.Clients.Registration;
using AuthServer.Configuration;
using AuthServer.JsonApi;

namespace AuthServer.Api.Clients;

/// <summary>
/// /v1/registration-tokens: an admin makes, sees and revokes the tokens with which clients register themselves (RFC 7591).
/// </summary>
internal static class RegistrationTokens
{
    private static readonly string[] Read = [HttpMethods.Get, HttpMethods.Head];

    public static void MapRegistrationTokens(this IEndpointRouteBuilder v1)
    {
        var tokens = v1.MapGroup(ApiPaths.RegistrationTokens[ApiPaths.Root.Length..]).RequireAuthorization(BearerTokens.Policy);
        tokens.MapMethods("", Read, ListAsync);
        tokens.MapPost("", CreateAsync);
        tokens.MapDelete("/{id}", RevokeAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext http, InitialTokens tokens)
    {
        if (ApiCaller.Of(http).RefusalToRead() is { } refusal) return refusal;
        var all = await tokens.ListAsync(http.RequestAborted);
        return Results.Json(
            new RegistrationTokensDocument([.. all.Select(token => RegistrationTokenDocument.Of(token))]),
            RegistrationTokenJson.Default.RegistrationTokensDocument);
    }

    private static async Task<IResult> CreateAsync(HttpContext http, InitialTokens tokens, TimeProvider time)
    {
        var caller = ApiCaller.Of(http);
        if (RefusalToWrite(caller, time) is { } refusal) return refusal;
        var (body, unreadable) = await JsonBody.ReadAsync(
            http.Request, RegistrationTokenJson.Default.NewRegistrationTokenBody, http.RequestAborted);
        if (body is null) return unreadable!;
        var (uses, life) = (body.Uses ?? 1, body.ExpiresInSeconds ?? (int)InitialTokens.UsualLife.TotalSeconds);
        var errors = new Dictionary<string, string[]>();
        if (uses is < 1 or > InitialTokens.MostUses) errors["uses"] = [$"must be from 1 to {InitialTokens.MostUses}"];
        if (life < InitialTokens.ShortestLife.TotalSeconds || life > InitialTokens.LongestLife.TotalSeconds)
        {
            errors["expires_in_seconds"] =
                [$"must be from {InitialTokens.ShortestLife.TotalSeconds} to {InitialTokens.LongestLife.TotalSeconds}"];
        }
        if (errors.Count > 0) return Problem.Unprocessable(errors);

        var note = ForeignText.Clean(body.Note, InitialTokens.LongestNote);
        var (token, text) = await tokens.CreateAsync(
            uses, TimeSpan.FromSeconds(life), note, Caller.Of(http), caller.Actor(http, asAdmin: true).PersonId, http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(
            RegistrationTokenDocument.Of(token, text), RegistrationTokenJson.Default.RegistrationTokenDocument,
            statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> RevokeAsync(string id, HttpContext http, InitialTokens tokens, TimeProvider time)
    {
        var caller = ApiCaller.Of(http);
        if (RefusalToWrite(caller, time) is { } refusal) return refusal;
        return Guid.TryParseExact(id, "D", out var token) && await tokens.RevokeAsync(
            token, Caller.Of(http), caller.Actor(http, asAdmin: true).PersonId, http.RequestAborted)
            ? Results.NoContent()
            : Problem.NotFound("There is no registration token with this id.");
    }

    // Who has such a token puts an app before people: the same right, and the same proof, as for what lifts rights.
    private static Problem? RefusalToWrite(ApiCaller caller, TimeProvider time) =>
        caller.RefusalToWrite() ?? (caller is ApiCaller.Person person ? StepUp.RefusalForWayIn(person, time) : null);
}
