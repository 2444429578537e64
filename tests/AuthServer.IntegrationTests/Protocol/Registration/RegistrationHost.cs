using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AuthServer.Clients.Registration;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Protocol.Registration;

/// <summary>A server at which clients register themselves.</summary>
public abstract class RegistrationHost(DatabaseKind kind, string mode) : HostFixture(kind)
{
    public const string Minimal = """{"redirect_uris":["https://a.example/cb"]}""";

    protected override HostSetup Prepare(HostSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        return setup with
        {
            Settings = new Dictionary<string, string>(setup.Settings)
            {
                ["CLIENT_REGISTRATION"] = mode, ["CLIENT_REGISTRATIONS_PER_ADDRESS_PER_HOUR"] = "200",
            },
        };
    }

    public async Task<(InitialToken Token, string Text)> NewTokenAsync(int uses = 1)
    {
        await using var scope = Host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<InitialTokens>().CreateAsync(
            uses, TimeSpan.FromHours(1), note: null, AuthServer.Audit.Caller.System, actor: null, default);
    }

    public async Task<(HttpStatusCode Status, JsonElement Json, HttpResponseHeaders Headers)> SendAsync(
        HttpMethod method, string address, string? json = null, string? token = null)
    {
        using var request = new HttpRequestMessage(method, address);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        if (token is not null) request.Headers.Authorization = new("Bearer", token);
        using var answer = await Issuer.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.StartsWith('{') ? JsonElement.Parse(text) : default, answer.Headers);
    }

    public Task<(HttpStatusCode Status, JsonElement Json, HttpResponseHeaders Headers)> RegisterAsync(string json, string? token = null) =>
        SendAsync(HttpMethod.Post, "/connect/register", json, token);

    public async Task<Registration> NewClientAsync(string json = Minimal)
    {
        var (status, answer, _) = await RegisterAsync(json, (await NewTokenAsync()).Text);
        Assert.Equal(HttpStatusCode.Created, status);
        return new(answer);
    }
}

/// <summary>The answer to a registration.</summary>
public sealed record Registration(JsonElement Json)
{
    public string ClientId => Text("client_id")!;

    public string Token => Text("registration_access_token")!;

    public string Address => Text("registration_client_uri")!;

    public string? Secret => Text("client_secret");

    public string? Text(string name) => Json.TryGetProperty(name, out var value) ? value.GetString() : null;

    public ClientApp App(Issuer issuer) => new(issuer, ClientId, Secret, Json.GetProperty("redirect_uris")[0].GetString()!);
}

public sealed class TokenRegistrationOnSqlite() : RegistrationHost(DatabaseKind.Sqlite, "token");

public sealed class TokenRegistrationOnPostgres() : RegistrationHost(DatabaseKind.Postgres, "token");

public sealed class OpenRegistrationHost() : RegistrationHost(DatabaseKind.Sqlite, "open");
