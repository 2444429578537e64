using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Measuring;
using AuthServer.LoadTests.Wire;

namespace AuthServer.LoadTests.Workloads;

/// <summary>People sign in with their password.</summary>
internal sealed class Logins() : Workload(
    "login", "a password is verified and a session opened (ours: POST /v1/auth/login where the server has it, else the sign-in form)")
{
    private const string LoginPath = "/v1/auth/login";

    /// <summary>Few: hashing is one at a time on one core, and a queue would only add waiting.</summary>
    private const int Connections = 4;

    public override string? RawLoop => "argon2id";

    public override string? NotAt(Contender server) => server.HasPasswords ? null : "it has no password hash";

    public override async Task<Load> PrepareAsync(Contender server, Plan plan)
    {
        if (server is StockServer)
        {
            return new(server, Connections, async lane =>
            {
                var answer = await lane.Connection.SendAsync(StockServer.LoginRequest(server.Host, Person(lane)));
                return answer.Status == 200 && answer.Cookies().Any() ? null : answer.Describe();
            });
        }

        var ours = (OurServer)server;
        if (await HasLoginApiAsync(ours))
        {
            return new(server, Connections, async lane =>
            {
                var answer = await lane.Connection.SendAsync(ApiRequest(ours.Host, Person(lane)));
                return answer.Status == 200 && answer.Has("token\""u8) ? null : answer.Describe();
            })
            { Remark = "POST " + LoginPath };
        }

        var forms = new SignInForm[Connections];
        using (var connection = server.Connect())
        {
            for (var i = 0; i < forms.Length; i++) forms[i] = await ours.OpenSignInAsync(connection);
        }
        return new(server, Connections, async lane =>
        {
            var answer = await lane.Connection.SendAsync(forms[lane.Index].Post(server.Host, Person(lane)));
            return answer.Status is 200 or 302 or 303 && answer.Cookies().Any() ? null : answer.Describe();
        })
        { Remark = "POST /signin: this server has no " + LoginPath };
    }

    public static async Task<bool> HasLoginApiAsync(OurServer server)
    {
        using var connection = server.Connect();
        return (await connection.SendAsync(ApiRequest(server.Host, 0))).Status is not (404 or 405);
    }

    public static byte[] ApiRequest(string host, int person) =>
        RequestText.Json(host, LoginPath, $$"""{"email":"{{Cast.Email(person)}}","password":"{{Cast.Password}}"}""");

    private static int Person(Lane lane) => (lane.Index + (lane.Turn * Connections)) % Cast.People;
}
