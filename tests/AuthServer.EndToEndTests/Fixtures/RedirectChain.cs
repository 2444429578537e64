using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AuthServer.EndToEndTests.Fixtures;

/// <summary>
/// The callback of an app that redirects on, twice, each time to another origin: an API with a front end of its own, a broker.
/// </summary>
internal sealed class RedirectChain : IAsyncDisposable
{
    private readonly WebApplication _site;

    private RedirectChain(WebApplication site, string six, string end) => (_site, Six, End) = (site, six, end);

    /// <summary>The origin on IPv6 loopback; its callback does the same.</summary>
    public string Six { get; }

    /// <summary>Where the chain ends.</summary>
    public string End { get; }

    /// <param name="address">The first origin.</param>
    public static async Task<RedirectChain> StartAsync(string address)
    {
        var (six, end) = ($"http://[::1]:{FreePorts.Next()}", $"http://localhost:{FreePorts.Next()}");
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(address, six, end);
        builder.Logging.ClearProviders();
        var site = builder.Build();
        site.MapMethods("/cb", ["GET", "POST"], async (HttpRequest request) =>
        {
            var form = request.HasFormContentType ? await request.ReadFormAsync() : FormCollection.Empty;
            var answered = request.Query.ContainsKey("code") || form.ContainsKey("code") || request.Query["state"] == "out";
            return Results.Redirect($"{six}/next?{(answered ? "answered" : "bare")}");
        });
        site.MapGet("/next", (HttpRequest request) => Results.Redirect(end + "/end" + request.QueryString));
        site.MapGet("/end", () => Results.Text("<!doctype html><title>Arrived</title><h1>Arrived</h1>", "text/html"));
        await site.StartAsync();
        return new(site, six, end);
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();
}
