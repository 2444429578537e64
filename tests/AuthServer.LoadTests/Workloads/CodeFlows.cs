using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Measuring;

namespace AuthServer.LoadTests.Workloads;

/// <summary>The whole authorization code flow of people who are signed in; each lane is another person's browser.</summary>
internal sealed class CodeFlows() : Workload(
    "code-flow", "authorize with PKCE and a session cookie, code, tokens with ID token and refresh token: two requests, counted as one")
{
    public override async Task<Load> PrepareAsync(Contender server, Plan plan)
    {
        var cookies = new string[Math.Min(plan.Connections, Cast.People)];
        for (var i = 0; i < cookies.Length; i++) cookies[i] = await server.BrowserAsync(i);
        return new(server, cookies.Length, async lane =>
            (await AuthorizationRequest.New(server, Cast.App, Cast.ChainScope).RunAsync(lane.Connection, cookies[lane.Index])).Problem);
    }
}
