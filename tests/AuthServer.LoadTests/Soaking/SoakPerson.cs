using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Wire;
using AuthServer.LoadTests.Workloads;

namespace AuthServer.LoadTests.Soaking;

/// <summary>A person with a browser that is signed in, an app that holds tokens, and a connection of their own.</summary>
internal sealed class SoakPerson(OurServer server, HttpConnection connection, string cookie, Chain chain)
{
    public HttpConnection Connection { get; } = connection;

    public async ValueTask<string?> RefreshAsync() => await Refreshes.OnceAsync(server, Cast.App, Connection, chain);

    public async ValueTask<string?> AskIntrospectionAsync()
    {
        // As an API does that wants to know at once when a session has ended.
        var answer = await Connection.SendAsync(Introspections.Request(server, chain.Access));
        return answer.Status == 200 && answer.Has("\"active\":true"u8) ? null : answer.Describe();
    }

    public async ValueTask<string?> OpenAppAsync()
    {
        var flow = await AuthorizationRequest.New(server, Cast.App, Cast.ProfileScope).RunAsync(Connection, cookie);
        return flow.Problem;
    }

    public async ValueTask<string?> CallApiAsync(ResourceApiServer api, HttpConnection toApi)
    {
        var answer = await toApi.SendAsync(ApiCalls.Request(api, chain.Access));
        return ApiCalls.IsRight(answer) ? null : answer.Describe();
    }
}
