using AuthServer.Api.Representation;
using AuthServer.Api.Tokens;
using AuthServer.Audit;
using AuthServer.JsonApi;
using AuthServer.Users.Providers;
using AuthServer.Users.Upstream;

namespace AuthServer.Api.Account;

/// <summary>/v1/account/upstream: lists and disconnects. They are connected at the pages, because the provider needs a browser.</summary>
internal static class ConnectionsApi
{
    public static async Task<IResult> ListAsync(HttpContext http, UpstreamLinks links, UpstreamProviders providers)
    {
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToReadOwn()!;
        if ((person.RefusalToReadOwn() ?? person.RefusalOfThirdParty()) is { } refusal) return refusal;
        return await ConnectionsAnswer.ListAsync(http, links, providers, person.UserId);
    }

    public static async Task<IResult> DisconnectAsync(HttpContext http, string id, UpstreamLinks links, TimeProvider time)
    {
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToWriteOwn()!;
        if ((person.RefusalToWriteOwn() ?? StepUp.RefusalForWayIn(person, time)) is { } refusal) return refusal;
        return await links.DisconnectAsync(
            person.UserId, id, person.SessionId, person.Client.ClientId, Caller.Of(http), CancellationToken.None) switch
        {
            Disconnection.Done => Results.NoContent(),
            Disconnection.LastWayIn => new Problem(
                StatusCodes.Status409Conflict, "last-way-in",
                "This sign-in is the only way into the account. The person sets a password, or adds a passkey, first."),
            // One of another person is as if it were not there.
            _ => ConnectionsAnswer.NotFound(),
        };
    }
}
