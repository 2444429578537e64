using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Measuring;
using AuthServer.LoadTests.Wire;

namespace AuthServer.LoadTests.Workloads;

/// <summary>A resource server asks about the access tokens of people.</summary>
internal sealed class Introspections() : Workload(
    "introspection", "introspection of people's access tokens by the API they are for, client_secret_post")
{
    private const int Tokens = 320;

    public override HelloShape Hello => HelloShape.Post;

    public override async Task<Load> PrepareAsync(Contender server, Plan plan)
    {
        var chains = await Chains.OpenAsync(server, Cast.App, Cast.ChainScope, Tokens, plan.ChainSeconds);
        var requests = chains.Select(chain => Request(server, chain.Access)).ToArray();
        return new(server, plan.Connections, async lane =>
        {
            var answer = await lane.Connection.SendAsync(requests[(lane.Index + (lane.Turn * plan.Connections)) % requests.Length]);
            return answer.Status == 200 && (answer.Has("\"active\":true"u8) || answer.Has("\"active\": true"u8)) ? null : answer.Describe();
        });
    }

    public static byte[] Request(Contender server, string token) =>
        RequestText.Form(server.Host, server.Endpoints.Introspect, RequestText.Pairs(
        ("token", token), ("client_id", Cast.ResourceServer.Id), ("client_secret", Cast.ResourceServer.Secret)));
}
