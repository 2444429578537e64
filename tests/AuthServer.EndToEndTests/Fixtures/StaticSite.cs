using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AuthServer.EndToEndTests.Fixtures;

/// <summary>The files of clients/front-end, and of docs/api, at an origin of their own.</summary>
internal sealed class StaticSite : IAsyncDisposable
{
    private static readonly string Folder = Path.Combine(Program.Root, "tests", "AuthServer.EndToEndTests", "clients", "front-end");

    private static readonly string Documentation = Path.Combine(Program.Root, "docs", "api");

    private readonly WebApplication _site;

    private StaticSite(WebApplication site) => _site = site;

    public static async Task<StaticSite> StartAsync(string address, string server)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(address);
        builder.Logging.ClearProviders();
        var site = builder.Build();
        site.MapGet("/server.txt", () => server);
        site.MapGet("/app.js", () => Results.File(Path.Combine(Folder, "app.js"), "text/javascript"));
        site.MapGet("/docs/session.js", () => Results.File(Path.Combine(Documentation, "session.js"), "text/javascript"));
        // As its comment tells whoever copies it.
        site.MapGet("/docs/browser.html", async () =>
            Results.Text(
                (await File.ReadAllTextAsync(Path.Combine(Documentation, "browser.html")))
                    .Replace("http://localhost:5080", server, StringComparison.Ordinal), "text/html"));
        // A page at every other path, so that one can stand where a cookie's path is.
        site.MapGet("/{**path}", (string? path) => path is null
           
                ? Results.File(Path.Combine(Folder, "index.html"), "text/html")
                : Results.Text("<!doctype html><title>Empty</title>", "text/html"));
        await site.StartAsync();
        return new(site);
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();
}
