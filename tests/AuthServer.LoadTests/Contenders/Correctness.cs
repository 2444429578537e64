using System.Text;
using AuthServer.LoadTests.Wire;
using AuthServer.LoadTests.Workloads;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.LoadTests.Contenders;

/// <summary>Whether a server's answers are right: a wrong one is not worth measuring.</summary>
/// <remarks>
/// What a server does by default and a strict reader would not is a remark; what makes its figures worthless is a problem.
/// </remarks>
internal sealed class Correctness(Contender server) : IDisposable
{
    private readonly HttpConnection _connection = server.Connect();
    private readonly List<string> _problems = [];

    /// <returns>What is wrong; empty: nothing.</returns>
    public static async Task<IReadOnlyList<string>> CheckAsync(Contender server)
    {
        if (server is HelloServer) return [];
        using var check = new Correctness(server);
        await check.RunAsync();
        return check._problems;
    }

    public void Dispose() => _connection.Dispose();

    private async Task RunAsync()
    {
        var keys = new JsonWebKeySet(Text(await GetAsync(server.Endpoints.Jwks)));
        var machine = await PostAsync(server.Endpoints.Token, MachineTokens.Body);
        await VerifyAsync("access token of client_credentials", machine.Member("\"access_token\""u8), keys);
        var wrong = await PostAsync(
            server.Endpoints.Token, MachineTokens.Body.Replace(Cast.Machine.Secret, new string('x', 36), StringComparison.Ordinal));
        if (wrong.Status is not (400 or 401)) _problems.Add("a wrong client secret: " + wrong.Describe());

        var flow = await AuthorizationRequest.New(server, Cast.App, Cast.ChainScope).RunAsync(_connection, await server.BrowserAsync(0));
        if (flow.Problem is { } problem)
        {
            _problems.Add("code flow: " + problem);
            return;
        }
        await VerifyAsync("ID token", flow.Answer.Member("\"id_token\""u8), keys);
        await CheckChainAsync(new(flow.AccessToken!, flow.RefreshToken ?? ""));
    }

    private async Task CheckChainAsync(Chain chain)
    {
        if (await Refreshes.OnceAsync(server, Cast.App, _connection, chain) is { } problem) _problems.Add("refresh: " + problem);
        if (!await IsActiveAsync(chain.Access)) _problems.Add("introspection says that a fresh access token is not active");
        if (await IsActiveAsync(chain.Access + "x")) _problems.Add("introspection says that a changed token is active");

        var answer = await _connection.SendAsync(RequestText.Form(server.Host, server.Endpoints.Revoke, RequestText.Pairs(
            ("token", chain.Refresh), ("client_id", Cast.App.Id), ("client_secret", Cast.App.Secret))));
        if (answer.Status != 200) _problems.Add("revocation: " + answer.Describe());
        answer = await _connection.SendAsync(Refreshes.Request(server, Cast.App, chain.Refresh));
        if (answer.Status == 200) _problems.Add("a revoked refresh token is accepted");
        if (await IsActiveAsync(chain.Access))
        {
            if (server is OurServer) _problems.Add("introspection says that the access token of an ended session is active");
            else server.Remarks.Add("an access token outlives the revocation of its chain");
        }
        await CheckReplayAsync();
    }

    // On a chain of its own: a server may end it.
    private async Task CheckReplayAsync()
    {
        var flow = await AuthorizationRequest.New(server, Cast.App, Cast.ChainScope).RunAsync(_connection, await server.BrowserAsync(1));
        var chain = new Chain(flow.AccessToken ?? "", flow.RefreshToken ?? "");
        var presented = chain.Refresh;
        await Refreshes.OnceAsync(server, Cast.App, _connection, chain);
        var again = await _connection.SendAsync(Refreshes.Request(server, Cast.App, presented));
        if (again.Status != 200 || again.Member("\"refresh_token\""u8) == chain.Refresh) return;
        if (server is OurServer) _problems.Add("a used refresh token gets another successor");
        else server.Remarks.Add("a used refresh token gets another successor for 30 s (the library's default leeway)");
    }

    private async Task<bool> IsActiveAsync(string token)
    {
        var answer = await _connection.SendAsync(Introspections.Request(server, token));
        return answer.Has("\"active\":true"u8) || answer.Has("\"active\": true"u8);
    }

    private async Task VerifyAsync(string what, string? token, JsonWebKeySet keys)
    {
        if (token is null)
        {
            _problems.Add($"there is no {what}");
            return;
        }
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKeys = keys.GetSigningKeys(), ValidIssuer = server.Endpoints.Issuer, ValidateAudience = false,
        });
        if (!result.IsValid) _problems.Add($"{what}: {result.Exception?.Message ?? "not valid"}");
    }

    private async Task<HttpAnswer> GetAsync(string path) => await _connection.SendAsync(RequestText.Get(server.Host, path));

    private async Task<HttpAnswer> PostAsync(string path, string body) =>
        await _connection.SendAsync(RequestText.Form(server.Host, path, body));

    private static string Text(HttpAnswer answer) => Encoding.UTF8.GetString(answer.Body.Span);
}
