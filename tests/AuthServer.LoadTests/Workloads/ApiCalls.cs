using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Measuring;
using AuthServer.LoadTests.Wire;

namespace AuthServer.LoadTests.Workloads;

/// <summary>A call to ResourceApi with an access token of ours.</summary>
internal sealed class ApiCalls() : Workload(
    "resource-api", "GET /v1/notes at ResourceApi with our access tokens (CPU of ResourceApi alone)")
{
    private const int Tokens = 320;

    public override HelloShape Hello => HelloShape.Get;

    public override string? NotAt(Contender server) => server is OurServer ? null : "the resource server of this repository is ours alone";

    public override async Task<Load> PrepareAsync(Contender server, Plan plan)
    {
        var chains = await Chains.OpenAsync(server, Cast.App, Cast.ChainScope, Tokens, plan.ChainSeconds);
        var api = new ResourceApiServer(server.Endpoints.Issuer);
        await api.StartAsync(plan.Stage);
        var requests = chains.Select(chain => Request(api, chain.Access)).ToArray();
        var load = new Load(api, plan.Connections, async lane =>
        {
            var answer = await lane.Connection.SendAsync(requests[(lane.Index + (lane.Turn * plan.Connections)) % requests.Length]);
            return IsRight(answer) ? null : answer.Describe();
        });
        load.Owned.Add(api);
        return load;
    }

    public static byte[] Request(ResourceApiServer api, string token) => RequestText.Get(api.Host, "/v1/notes", bearer: token);

    public static bool IsRight(HttpAnswer answer) => answer.Status == 200 && answer.Body.Span.StartsWith("["u8);
}
