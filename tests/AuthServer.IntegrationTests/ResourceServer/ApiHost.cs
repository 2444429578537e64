using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ResourceApi.Payments;

namespace AuthServer.IntegrationTests.ResourceServer;

/// <summary>The resource API in memory, with an issuer and a payment gateway that are the test's.</summary>
internal sealed class ApiHost(params (string Key, string Value)[] settings) : WebApplicationFactory<ResourceApi.ScopePolicies>
{
    public const string Resource = "https://api.example.test";

    private readonly string _data = Directory.CreateTempSubdirectory("notes-").FullName;

    public string NotesDirectory => Path.Combine(_data, "notes");

    public TokenIssuer Issuer { get; init; } = new();

    public PaymentRecorder Gateway { get; } = new();

    /// <summary>What the connection of each request is like; null: it has neither address nor certificate.</summary>
    public Action<ConnectionInfo>? Connection { get; init; }

    /// <summary>Null: the machine's clock.</summary>
    public TimeProvider? Time { get; init; }

    public Task<HttpResponseMessage> GetAsync(string path, string? token = null) => SendAsync(HttpMethod.Get, path, token);

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string? token, object? body = null, string? idempotencyKey = null)
    {
        using var client = CreateClient();
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = body as HttpContent ?? JsonContent.Create(body);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (idempotencyKey is not null) request.Headers.Add("Idempotency-Key", idempotencyKey);
        return await client.SendAsync(request);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_data, recursive: true);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("API_BASE_URL", TokenIssuer.Address);
        builder.UseSetting("RESOURCE_URL", Resource);
        builder.UseSetting("RESOURCE_DATA", NotesDirectory);
        foreach (var (key, value) in settings) builder.UseSetting(key, value);
        builder.UseEnvironment("Production");
        builder.ConfigureTestServices(services =>
        {
            services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(NullLoggerFactory.Instance));
            if (Connection is not null) services.AddSingleton<IStartupFilter>(new Connections(Connection));
            if (Time is not null) services.Replace(ServiceDescriptor.Singleton(Time));
            services.Configure<JwtBearerOptions>(
                JwtBearerDefaults.AuthenticationScheme, options => options.BackchannelHttpHandler = Issuer);
            services.AddHttpClient<ResourceApi.TokenStanding>().ConfigurePrimaryHttpMessageHandler(() => Issuer);
            services.AddHttpClient<PaymentGateway>().ConfigurePrimaryHttpMessageHandler(() => Gateway);
        });
    }
}

/// <summary>Gives each request the connection that a test wants, before anything else sees it.</summary>
internal sealed class Connections(Action<ConnectionInfo> set) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((http, rest) =>
        {
            set(http.Connection);
            return rest(http);
        });
        next(app);
    };
}

/// <summary>Answers as the test says and keeps what it was sent.</summary>
internal sealed class PaymentRecorder : HttpMessageHandler
{
    private readonly Queue<HttpStatusCode> _answers = [];

    public List<(string Authorization, string IdempotencyKey, string Body)> Received { get; } = [];

    public void WillAnswer(params HttpStatusCode[] answers)
    {
        foreach (var answer in answers) _answers.Enqueue(answer);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Received.Add(
            (
                request.Headers.Authorization!.ToString(), request.Headers.GetValues("Idempotency-Key")
                    .Single(), await request.Content!.ReadAsStringAsync(cancellationToken)));
        var status = _answers.Count > 0 ? _answers.Dequeue() : HttpStatusCode.Created;
        // A gateway that says too much.
        return new HttpResponseMessage(status) { Content = JsonContent.Create(
            new { id = "pay_1", echo = request.Headers.Authorization.ToString() }) };
    }
}
