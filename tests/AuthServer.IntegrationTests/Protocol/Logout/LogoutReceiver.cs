using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Protocol.Logout;

/// <summary>A request as it came to a client: the path is the client_id.</summary>
public sealed record ReceivedLogout(string ClientId, string Method, string? ContentType, IReadOnlyDictionary<string, string> Form)
{
    public JsonWebToken Token => new(Form["logout_token"]);

    public string Sid => Token.GetPayloadValue<string>("sid");
}

/// <summary>The back-channel logout addresses of all clients; they answer as a test says.</summary>
public sealed class LogoutReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ReceivedLogout> _received = new();

    private LogoutReceiver(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public IReadOnlyList<ReceivedLogout> All => [.. _received];

    /// <summary>The status of an answer to a client; by default 200.</summary>
    public ConcurrentDictionary<string, Func<Task<int>>> Answers { get; } = new();

    public static async Task<LogoutReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new LogoutReceiver(builder.Build());
        receiver._app.Run(receiver.AnswerAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    public IReadOnlyList<ReceivedLogout> Of(string sid) => [.. _received.Where(r => r.Sid == sid)];

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        var client = http.Request.Path.Value!.Trim('/');
        var fields = form.ToDictionary(p => p.Key, p => p.Value.ToString());
        _received.Enqueue(new(client, http.Request.Method, http.Request.ContentType, fields));
        http.Response.StatusCode = Answers.TryGetValue(client, out var answer) ? await answer() : StatusCodes.Status200OK;
        if (http.Response.StatusCode == StatusCodes.Status302Found) http.Response.Headers.Location = "/elsewhere";
    }
}
