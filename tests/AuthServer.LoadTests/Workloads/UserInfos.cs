using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Measuring;
using AuthServer.LoadTests.Wire;

namespace AuthServer.LoadTests.Workloads;

/// <summary>The claims of the signed-in person.</summary>
internal sealed class UserInfos() : Workload("userinfo", "userinfo with openid profile email")
{
    private const int Tokens = 320;

    public override HelloShape Hello => HelloShape.Get;

    public override async Task<Load> PrepareAsync(Contender server, Plan plan)
    {
        var chains = await Chains.OpenAsync(server, Cast.App, Cast.ProfileScope, Tokens, plan.ChainSeconds);
        var requests = chains.Select(chain => RequestText.Get(server.Host, server.Endpoints.UserInfo, bearer: chain.Access)).ToArray();
        return new(server, plan.Connections, async lane =>
        {
            var answer = await lane.Connection.SendAsync(requests[(lane.Index + (lane.Turn * plan.Connections)) % requests.Length]);
            return answer.Status == 200 && answer.Has("\"sub\""u8) && answer.Has("@example.test\""u8) ? null : answer.Describe();
        });
    }
}
