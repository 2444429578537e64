using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Measuring;
using AuthServer.LoadTests.Wire;

namespace AuthServer.LoadTests.Workloads;

/// <summary>The discovery document or the keys.</summary>
internal sealed class Documents(string name, bool jwks) : Workload(
    name, jwks ? "GET of the JSON Web Key Set" : "GET of the discovery document")
{
    public override HelloShape Hello => HelloShape.Get;

    public override Task<Load> PrepareAsync(Contender server, Plan plan)
    {
        var request = RequestText.Get(server.Host, jwks ? server.Endpoints.Jwks : Endpoints.DiscoveryPath);
        var mark = jwks ? "\"keys\""u8.ToArray() : "\"jwks_uri\""u8.ToArray();
        return Task.FromResult(new Load(server, plan.Connections, async lane =>
        {
            var answer = await lane.Connection.SendAsync(request);
            return answer.Status == 200 && answer.Has(mark) ? null : answer.Describe();
        }));
    }
}
