using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Measuring;
using AuthServer.LoadTests.Wire;
using AuthServer.LoadTests.Workloads;

namespace AuthServer.LoadTests.Overload;

/// <summary>What apps ask for: of 10 operations 3 refreshes, 3 introspections, 2 userinfo, 1 client_credentials, 1 code flow.</summary>
internal sealed class BusyHour(OurServer server, Chain[] chains, Chain[] readers, string[] cookies, int lanes)
{
    /// <summary>What a step says of an answer of 503 with Retry-After.</summary>
    public const string TurnedAway = "turned away";

    private const string Hour = "RIURIUMRIF";

    private readonly byte[] _machine = RequestText.Form(server.Host, server.Endpoints.Token, MachineTokens.Body);

    public static async Task<BusyHour> OpenAsync(OurServer server, int lanes, int chains)
    {
        var opened = await Chains.OpenAsync(server, Cast.App, Cast.ChainScope, chains, seconds: 120);
        // A token is for one audience: that of userinfo is not that of the API.
        var readers = await Chains.OpenAsync(server, Cast.App, Cast.ProfileScope, 64, seconds: 60);
        var cookies = new string[16];
        for (var i = 0; i < cookies.Length; i++) cookies[i] = await server.BrowserAsync(i);
        return new(server, opened, readers, cookies, lanes);
    }

    /// <summary>A load of so many connections.</summary>
    public Load Load(int connections) => new(server, connections, StepAsync);

    /// <summary>Refreshes each chain once.</summary>
    /// <returns>How many there are, and how many do not refresh any more.</returns>
    public async Task<(int Chains, int Lost)> CountLostAsync()
    {
        using var connection = server.Connect();
        var lost = 0;
        foreach (var chain in chains)
        {
            if (await Refreshes.OnceAsync(server, Cast.App, connection, chain) is not null) lost++;
        }
        return (chains.Length, lost);
    }

    /// <summary>Whether the next step of the lane is a code flow.</summary>
    public static bool IsFlow(Lane lane) => Operation(lane.Turn + lane.Index) == 'F';

    // Lanes are not in step.
    private static char Operation(int turn) => Hour[turn % Hour.Length];

    private async ValueTask<string?> StepAsync(Lane lane)
    {
        var index = lane.Index;
        var mine = chains.Length / lanes;
        var chain = chains[(index % lanes * mine) + (lane.Turn % mine)];
        return Operation(lane.Turn + lane.Index) switch
        {
            'R' => await RefreshAsync(lane.Connection, chain),
            'I' => Judge(await lane.Connection.SendAsync(Introspections.Request(server, chain.Access)), "\"active\":true"u8),
            'U' => Judge(await lane.Connection.SendAsync(RequestText.Get(
                server.Host, server.Endpoints.UserInfo, bearer: readers[index % readers.Length].Access)), "\"sub\""u8),
            'M' => Judge(await lane.Connection.SendAsync(_machine), "\"access_token\""u8),
            _ => Problem((await AuthorizationRequest.New(server, Cast.App, Cast.ChainScope)
                .RunAsync(lane.Connection, cookies[index % cookies.Length])).Problem),
        };
    }

    private async ValueTask<string?> RefreshAsync(HttpConnection connection, Chain chain) =>
        Problem(await Refreshes.OnceAsync(server, Cast.App, connection, chain));

    private static string? Judge(HttpAnswer answer, ReadOnlySpan<byte> text) =>
        answer.Status == 200 && answer.Has(text) ? null
            : answer.Status == 503 && answer.Header("retry-after") is not null ? TurnedAway : answer.Describe();

    // The steps that make several requests describe their answer.
    private static string? Problem(string? described) =>
        described is not null && described.Contains("503 {", StringComparison.Ordinal) ? TurnedAway : described;
}
