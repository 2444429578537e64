using AuthServer.Api.Representation;
using AuthServer.Api.Tokens;
using AuthServer.Audit;
using AuthServer.Sessions;

namespace AuthServer.Api.Account;

/// <summary>/v1/account/sessions: where a person is signed in; one place is ended, or all others.</summary>
internal static class SessionsApi
{
    public static async Task<IResult> ListAsync(HttpContext http, SessionList sessions)
    {
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToReadOwn()!;
        if ((person.RefusalToReadOwn() ?? person.RefusalOfThirdParty()) is { } refusal) return refusal;
        return await SessionsAnswer.ListAsync(http, sessions, person.UserId, person.SessionId);
    }

    public static async Task<IResult> EndAsync(HttpContext http, string id, SessionEnding ending)
    {
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToWriteOwn()!;
        if (person.RefusalToWriteOwn() is { } refusal) return refusal;
        // A session of another person is as if it were not there.
        return Guid.TryParseExact(id, "D", out var session) && await ending.EndWithAppsAsync(
            session, person.UserId, EndReason.SignedOutElsewhere, person.UserId, Caller.Of(http), CancellationToken.None)
            ? Results.NoContent()
            : SessionsAnswer.NotFound();
    }

    public static async Task<IResult> EndOthersAsync(HttpContext http, SessionEnding ending)
    {
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToWriteOwn()!;
        if (person.RefusalToWriteOwn() is { } refusal) return refusal;
        await ending.EndOthersAsync(
            person.UserId, person.SessionId, EndReason.SignedOutElsewhere, person.UserId, Caller.Of(http), CancellationToken.None);
        return Results.NoContent();
    }
}
