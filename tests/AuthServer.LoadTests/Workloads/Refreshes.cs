using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Measuring;
using AuthServer.LoadTests.Wire;

namespace AuthServer.LoadTests.Workloads;

/// <summary>Refresh with rotation over many independent chains, in turn.</summary>
internal sealed class Refreshes(string name, ClientAccount client)
    : Workload(
        name, $"refresh with rotation over independent chains, ID token in {(client == Cast.App ? "ES256 (stock: RS256)" : "RS256")}")
{
    public override HelloShape Hello => HelloShape.Post;

    public override async Task<Load> PrepareAsync(Contender server, Plan plan)
    {
        var chains = await Chains.OpenAsync(server, client, Cast.ChainScope, plan.Chains, plan.ChainSeconds);
        return new(server, plan.Connections, async lane =>
        {
            // Each lane has its own chains, so that nobody presents a token twice.
            var mine = (chains.Length - lane.Index + plan.Connections - 1) / plan.Connections;
            return await OnceAsync(server, client, lane.Connection, chains[lane.Index + (lane.Turn % mine * plan.Connections)]);
        })
        {
            Remark = chains.Length < plan.Chains
                ? $"{chains.Length} chains: opening {plan.Chains} takes longer than {plan.ChainSeconds:0} s"
                : null,
        };
    }

    public static async ValueTask<string?> OnceAsync(Contender server, ClientAccount client, HttpConnection connection, Chain chain)
    {
        var answer = await connection.SendAsync(Request(server, client, chain.Refresh));
        if (answer.Status != 200) return answer.Describe();
        var next = answer.Member("\"refresh_token\""u8);
        if (next is null || next == chain.Refresh) return "not rotated: " + answer.Describe();
        if (answer.Member("\"access_token\""u8) is not { } access) return "no access token: " + answer.Describe();
        chain.Refresh = next;
        chain.Access = access;
        return null;
    }

    public static byte[] Request(Contender server, ClientAccount client, string token) =>
        RequestText.Form(server.Host, server.Endpoints.Token, RequestText.Pairs(
        ("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", client.Id), ("client_secret", client.Secret)));
}
