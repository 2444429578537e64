using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Measuring;
using AuthServer.LoadTests.Wire;

namespace AuthServer.LoadTests.Workloads;

/// <summary>client_credentials with client_secret_post; a signed JWT each time.</summary>
internal sealed class MachineTokens() : Workload(
    "client-credentials", "client_credentials grant, client_secret_post, a JWT access token (ES256; stock: RS256)")
{
    public static string Body { get; } = RequestText.Pairs(
        ("grant_type", "client_credentials"), ("client_id", Cast.Machine.Id), ("client_secret", Cast.Machine.Secret),
            ("scope", Cast.MachineScope));

    public override HelloShape Hello => HelloShape.Post;

    public override Task<Load> PrepareAsync(Contender server, Plan plan)
    {
        var request = RequestText.Form(server.Host, server.Endpoints.Token, Body);
        return Task.FromResult(new Load(server, plan.Connections, async lane =>
        {
            var answer = await lane.Connection.SendAsync(request);
            // A JWT of a JSON header begins so.
            return answer.Status == 200 && answer.Has("\"access_token\""u8) && answer.Has("\"eyJ"u8) ? null : answer.Describe();
        }));
    }
}
