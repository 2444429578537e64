using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>A request as it came to an e-mail service.</summary>
public sealed record MailApiCall(string Method, string Path, IHeaderDictionary Headers, string Body);

/// <summary>An e-mail service that keeps what it is asked, and answers as a test says.</summary>
public sealed class MailApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<MailApiCall> _calls = new();

    private MailApiServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public IReadOnlyList<MailApiCall> Calls => [.. _calls];

    public MailApiCall Call => Assert.Single(_calls);

    public (int Status, string Body) Answer { get; set; } = (200, """{"id":"49a3999c"}""");

    /// <summary>Calls that are answered with 500.</summary>
    public Func<MailApiCall, bool> Fails { get; set; } = _ => false;

    /// <summary>The header Retry-After; null: none.</summary>
    public string? RetryAfter { get; set; }

    public static async Task<MailApiServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new MailApiServer(builder.Build());
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var headers = new HeaderDictionary(http.Request.Headers.ToDictionary(h => h.Key, h => h.Value));
        var call = new MailApiCall(
            http.Request.Method, http.Request.Path + http.Request.QueryString, headers, await reader.ReadToEndAsync());
        _calls.Enqueue(call);
        http.Response.StatusCode = Fails(call) ? StatusCodes.Status500InternalServerError : Answer.Status;
        if (RetryAfter is { } wait) http.Response.Headers.RetryAfter = wait;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(Answer.Body);
    }
}
