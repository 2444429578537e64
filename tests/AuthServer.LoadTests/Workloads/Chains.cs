using System.Collections.Concurrent;
using System.Diagnostics;
using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Machine;

namespace AuthServer.LoadTests.Workloads;

/// <summary>The tokens of one code flow.</summary>
internal sealed class Chain(string access, string refresh)
{
    public string Access { get; set; } = access;

    public string Refresh { get; set; } = refresh;
}

/// <summary>Opens chains of tokens as apps do: one code flow each, in browsers that are signed in.</summary>
internal static class Chains
{
    private const int Browsers = 16;

    /// <returns>As many as were wanted, or as could be opened in the time.</returns>
    public static async Task<Chain[]> OpenAsync(Contender server, ClientAccount client, string scope, int wanted, double seconds)
    {
        var chains = new ConcurrentQueue<Chain>();
        var watch = Stopwatch.StartNew();
        var started = 0;
        for (var i = 0; i < Browsers; i++) await server.BrowserAsync(i);
        await Task.WhenAll(Enumerable.Range(0, Browsers).Select(i => Task.Run(() => OpenInBrowserAsync(i))));
        return [.. chains];

        async Task OpenInBrowserAsync(int browser)
        {
            var cookie = await server.BrowserAsync(browser);
            using var connection = server.Connect();
            while (Interlocked.Increment(ref started) <= wanted && watch.Elapsed.TotalSeconds < seconds)
            {
                var flow = await AuthorizationRequest.New(server, client, scope).RunAsync(connection, cookie);
                if (flow.Problem is { } problem) throw new CannotRunException($"code flow: {problem}");
                chains.Enqueue(new(flow.AccessToken!, flow.RefreshToken ?? ""));
            }
        }
    }
}
