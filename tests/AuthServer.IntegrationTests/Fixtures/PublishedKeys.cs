using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>A server of a client that publishes its keys at <c>/jwks</c>.</summary>
internal sealed class PublishedKeys : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;

    private PublishedKeys(WebApplication app) => _app = app;

    public Uri Address => new(new Uri(_app.Urls.Single()), "/jwks");

    /// <summary>For OUTBOUND_ALLOWED_HOSTS.</summary>
    public string Host => Address.Authority;

    public int Requests => _requests;

    public JsonObject[] Keys { get; set; } = [];

    /// <summary>Null: the keys.</summary>
    public int? Status { get; set; }

    public static async Task<PublishedKeys> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new PublishedKeys(builder.Build());
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task AnswerAsync(HttpContext http)
    {
        Interlocked.Increment(ref _requests);
        http.Response.StatusCode = Status ?? StatusCodes.Status200OK;
        http.Response.ContentType = "application/json";
        var keys = new JsonObject { ["keys"] = new JsonArray([.. Keys.Select(key => key.DeepClone())]) };
        return http.Response.WriteAsync(keys.ToJsonString());
    }
}
