using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Measuring;
using AuthServer.LoadTests.Wire;

namespace AuthServer.LoadTests.Workloads;

/// <summary>A day's mix: of 20 operations 9 API calls, 5 refreshes, 4 code flows, 1 login, 1 of an administrator.</summary>
internal sealed class MixedDay() : Workload(
    "mixed-day",
    "of 20 operations 9 API calls at ResourceApi, 5 refreshes, 4 code flows, 1 login, 1 administrator's list of users " +
    "(CPU of both servers)")
{
    private const string Day = "ARAFARAFARALARAFAFAM";

    public override string? NotAt(Contender server) => server is OurServer ? null : "the resource server of this repository is ours alone";

    public override async Task<Load> PrepareAsync(Contender server, Plan plan)
    {
        var ours = (OurServer)server;
        var chains = await Chains.OpenAsync(server, Cast.App, Cast.ChainScope, Math.Min(plan.Chains, 2000), plan.ChainSeconds);
        var api = new ResourceApiServer(server.Endpoints.Issuer);
        await api.StartAsync(plan.Stage);
        var lanes = Math.Min(plan.Connections, Cast.People);
        var cookies = new string[lanes];
        for (var i = 0; i < lanes; i++) cookies[i] = await server.BrowserAsync(i);
        var toApi = Enumerable.Range(0, lanes).Select(_ => api.Connect()).ToArray();
        var hasLogin = await Logins.HasLoginApiAsync(ours);
        SignInForm? form = null;
        if (!hasLogin)
        {
            using var connection = server.Connect();
            form = await ours.OpenSignInAsync(connection);
        }
        var users = await UserListAsync(ours);

        var load = new Load(server, lanes, async lane =>
        {
            var mine = chains.Length / lanes;
            var chain = chains[(lane.Index * mine) + (lane.Turn % mine)];
            HttpAnswer answer;
            // Lanes are not in step.
            switch (Day[(lane.Turn + lane.Index) % Day.Length])
            {
                case 'A':
                    answer = await toApi[lane.Index].SendAsync(ApiCalls.Request(api, chain.Access));
                    return ApiCalls.IsRight(answer) ? null : "API: " + answer.Describe();
                case 'R':
                    return await Refreshes.OnceAsync(server, Cast.App, lane.Connection, chain);
                case 'F':
                    return (
                        await AuthorizationRequest.New(server, Cast.App, Cast.ChainScope)
                            .RunAsync(lane.Connection, cookies[lane.Index])).Problem;
                case 'L':
                    answer = await lane.Connection.SendAsync(
                        hasLogin ? Logins.ApiRequest(server.Host, lane.Index) : form!.Post(server.Host, lane.Index));
                    return answer.Status is 200 or 302 or 303 ? null : "login: " + answer.Describe();
                default:
                    answer = await lane.Connection.SendAsync(users ?? RequestText.Get(server.Host, "/", cookie: cookies[lane.Index]));
                    return answer.Status == 200 ? null : "administrator: " + answer.Describe();
            }
        })
        {
            Remark = string.Join(
                "; ",
                new[] { users is null ? "no /v1/users yet: the administrator's share reads the account page" : null,
                    hasLogin ? null : "login by the sign-in form" }.Where(r => r is not null)),
        };
        load.Others.Add(api);
        return load;
    }

    /// <summary>The administrator's request; null: the server has no such API, or the cast's tokens may not.</summary>
    private static async Task<byte[]?> UserListAsync(OurServer server)
    {
        using var connection = server.Connect();
        var flow = await AuthorizationRequest.New(server, Cast.App, "openid users:read").RunAsync(connection, await server.BrowserAsync(0));
        if (flow.Problem is not null || flow.AccessToken is not { } token) return null;
        var request = RequestText.Get(server.Host, "/v1/users?limit=50", bearer: token);
        return (await connection.SendAsync(request)).Status == 200 ? request : null;
    }
}
