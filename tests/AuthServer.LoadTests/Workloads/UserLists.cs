using System.Buffers.Text;
using System.Globalization;
using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Machine;
using AuthServer.LoadTests.Measuring;
using AuthServer.LoadTests.Wire;

namespace AuthServer.LoadTests.Workloads;

/// <summary>An admin reads a page of users.</summary>
/// <param name="query">What stands after the question mark, for one turn of a lane.</param>
internal sealed class UserLists(string name, Func<Lane, string> query) : Workload(name, "GET /v1/users, a page of 50")
{
    public override async Task<Load> PrepareAsync(Contender server, Plan plan)
    {
        // Person 0 is the admin.
        using var connection = server.Connect();
        var flow = await AuthorizationRequest.New(server, Cast.App, "openid users:read").RunAsync(connection, await server.BrowserAsync(0));
        var token = flow.AccessToken ?? throw new CannotRunException($"code flow: {flow.Problem}");
        return new(server, plan.Connections, async lane =>
        {
            var answer = await lane.Connection.SendAsync(RequestText.Get(server.Host, "/v1/users?" + query(lane), bearer: token));
            return answer.Status == 200 && answer.Has("@example.test\""u8) ? null : answer.Describe();
        });
    }

    /// <summary>The cursor after a grown user.</summary>
    public static string After(int user) => Base64Url.EncodeToString(
        [1, .. new Guid(user.ToString("x32", CultureInfo.InvariantCulture)).ToByteArray(bigEndian: true)]);
}
