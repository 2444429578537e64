using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using AuthServer.Configuration;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;
using AuthServer.Keys;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Keys;

/// <summary>
/// Two server processes on one PostgreSQL, under load, while keys are rotated and revoked. The clock of all is moved by the test, as fast
/// as the two keep up: after each step every client has been answered by both.
/// </summary>
public sealed class RotationUnderLoadTests : IAsyncDisposable
{
    private const int Rotations = 20, Clients = 3;

    // No divisor of the two seconds in which the ring is read, nor of the ten of a copy: the phases differ with each rotation.
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(700);

    private readonly SharedClock _clock = new();
    private readonly List<ServerProcess> _servers = [];
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly int[] _rounds = new int[Clients];
    private (string, string)[] _settings = [];
    private Issuer[] _replicas = [];
    private volatile bool _isOver;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) await server.DisposeAsync();
        _clock.Dispose();
    }

    [Fact]
    public async Task No_validation_fails_in_twenty_rotations_and_nothing_of_a_revoked_key_is_accepted_by_either_server()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        await StartAsync(database);
        await using var operators = await AuthServerHost.StartAsync(new(DatabaseKind.Postgres)
        {
            Settings = _settings.ToDictionary(s => s.Item1, s => s.Item2),
            SeedFile = null,
            Time = _clock.Here,
        });
        var clients = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => PrepareAsync()));
        var load = clients.Select((client, i) => Task.Run(() => LoadAsync(i, client))).ToList();
        var kids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Rotations; i++)
        {
            // What `keys rotate --now` does.
            await using (var scope = operators.Services.CreateAsyncScope())
            {
                var rotation = scope.ServiceProvider.GetRequiredService<KeyRotation>();
                kids.UnionWith((await rotation.RotateAsync(KeyLife.Announcement, default)).Select(k => k.Kid));
            }

            for (var passed = TimeSpan.Zero; passed < KeyLife.Announcement + Step; passed += Step) await StepAsync(load);
        }

        Assert.True(_failures.IsEmpty, _failures.Count + "\n" + string.Join("\n", _failures.Take(5)));
        Assert.Equal(2 * Rotations, kids.Count);
        Assert.All(clients, client => Assert.InRange(client.Party.Readings, Rotations, 3 * Rotations));
        var last = await Seed.Machine(_replicas[0]).ClientCredentialsAsync("notes:read");
        Assert.Contains(new JsonWebToken(last.AccessToken).Kid, kids);
        _isOver = true;
        await Task.WhenAll(load);
        Assert.True(_failures.IsEmpty, _failures.Count + "\n" + string.Join("\n", _failures.Take(5)));

        await RevokeAsync(RingKeys.Es256, AccessTokens(await PrepareAsync()));
        await RevokeAsync(RingKeys.Refresh, RefreshTokens(await PrepareAsync()));
    }

    private async Task StartAsync(TestDatabase database)
    {
        string[] addresses = [ServerProcess.FreeAddress("localhost"), ServerProcess.FreeAddress("localhost")];
        _settings =
        [
            .. database.Settings.Where(s => s.Key != "DATABASE_POOL_SIZE").Select(s => (s.Key, s.Value)), ("DATABASE_POOL_SIZE", "4"),
            ("API_BASE_URL", addresses[0]), ("SECRET_KEY", SecretText.New()), ("JWT_SECRET", SecretText.New()),
            // Much is asked in a minute of this clock.
            ("REQUESTS_PER_ADDRESS_PER_MINUTE", "1000000000"), ("RATE_LIMIT_PER_HOUR", "1000000000"),
            ("SIGNINS_PER_ADDRESS_PER_MINUTE", "1000"),
        ];
        foreach (var address in addresses)
        {
            (string, string)[] seed = address == addresses[0] ? [("AUTHSERVER_SEED", Seed.File)] : [];
            _servers.Add(ServerProcess.Start([.. _settings, .. seed, .. _clock.NextProcess(), ("ASPNETCORE_URLS", address)]));
            await _servers[^1].ReadyAsync(address);
        }

        _replicas = [.. addresses.Select(address => Replica(new Uri(addresses[0]), new Uri(address).Port))];
    }

    // Both have the address of the issuer, as behind a load balancer.
    private static Issuer Replica(Uri issuer, int port) => new(issuer, () => new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectCallback = async (_, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync("localhost", port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    private async Task<Client> PrepareAsync()
    {
        var browser = new Browser(_replicas[0]);
        await browser.SignInAsync(Seed.Alice);
        var app = Seed.Web(_replicas[0]);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        var api = await new ApiCaller(_replicas[0]).LoginAsync(Seed.Bob);
        return new(new RelyingParty(_clock.Here), tokens.AccessToken, tokens.RefreshToken, api.AccessToken, api.RefreshToken);
    }

    /// <summary>Tokens of one server, validated with the keys of the other, and told about by the other.</summary>
    private async Task LoadAsync(int index, Client client)
    {
        for (var i = 0; !_isOver; i++)
        {
            var (server, other) = (_replicas[i % 2], _replicas[(i + 1) % 2]);
            var machine = await Seed.Machine(server).ClientCredentialsAsync("notes:read");
            await JudgeAsync(client, other, machine.AccessToken);
            if (!(await Seed.ResourceServer(other).IntrospectAsync(machine.AccessToken)).IsActive)
                _failures.Enqueue($"{_clock.Here.GetUtcNow():O} {other} does not believe {new JsonWebToken(machine.AccessToken).Kid}");
            if (i % Clients == index)
            {
                var refreshed = await Seed.Web(server).RefreshAsync(client.RefreshToken);
                (client.AccessToken, client.RefreshToken) = (refreshed.AccessToken, refreshed.RefreshToken);
                await JudgeAsync(client, other, refreshed.AccessToken);
                await JudgeAsync(client, other, refreshed.Text("id_token")!);
                if (!(await Seed.Web(other).UserInfoAsync(refreshed.AccessToken)).IsOk) _failures.Enqueue("userinfo");
            }

            _rounds[index]++;
        }
    }

    private async Task JudgeAsync(Client client, Issuer keys, string token)
    {
        if (await client.Party.ValidateAsync(keys, token) is { } wrong) _failures.Enqueue(wrong);
    }

    private async Task StepAsync(List<Task> load)
    {
        await _clock.AdvanceAsync(Step, _servers.Count);
        // A round that has begun before the step, and a whole one after it, in which both servers answer.
        var rounds = _rounds.Select(r => r + 2).ToArray();
        while (!_rounds.Zip(rounds).All(r => r.First >= r.Second))
        {
            if (load.Find(l => l.IsFaulted) is { } broken) await broken;
            await Task.Delay(1);
        }
    }

    /// <summary>Revokes by the command, and asks both servers from the time on by which they have read the ring.</summary>
    private async Task RevokeAsync(string algorithm, IReadOnlyList<(string What, Func<Issuer, Task<bool>> Accepts)> uses)
    {
        foreach (var replica in _replicas)
        {
            foreach (var (what, accepts) in uses.Where(u => u.What != "refresh" && u.What != "/v1/auth/refresh"))
                Assert.True(await accepts(replica), $"{what} does not accept before.");
        }

        var (_, listed, _) = await CommandAsync("keys", "list", "--json");
        var kid = JsonElement.Parse(listed).EnumerateArray()
            .Single(k => k.GetProperty("alg").GetString() == algorithm && k.GetProperty("state").GetString() == "active")
            .GetProperty("kid").GetString()!;
        var (exit, output, errors) = await CommandAsync("keys", "revoke", "--kid=" + kid, "--yes", "--json");
        Assert.True(exit == 0, errors);
        Assert.Equal(kid, JsonElement.Parse(output).GetProperty("revoked").GetString());
        // Every two seconds they look.
        for (var i = 0; i < 4; i++)
        {
            await _clock.AdvanceAsync(Step, _servers.Count);
            foreach (var replica in _replicas) await Seed.Machine(replica).ClientCredentialsAsync("notes:read");
        }

        foreach (var replica in _replicas)
        {
            var published = await replica.GetJsonAsync("/.well-known/jwks");
            Assert.DoesNotContain(kid, published.GetRawText(), StringComparison.Ordinal);
            for (var i = 0; i < 20; i++)
            {
                foreach (var (what, accepts) in uses) Assert.False(await accepts(replica), $"{what} accepts {kid}.");
            }
        }
    }

    private Task<(int ExitCode, string Output, string Errors)> CommandAsync(params string[] arguments) =>
        ServerProcess.RunAsync([.. _settings, .. _clock.NextProcess()], arguments);

    private static IReadOnlyList<(string, Func<Issuer, Task<bool>>)> AccessTokens(Client client)
    {
        var (token, api) = (client.AccessToken, client.ApiToken);
        return
        [
            ("userinfo", async replica => (await Seed.Web(replica).UserInfoAsync(token)).IsOk),
            ("introspection", async replica => (await Seed.Web(replica).IntrospectAsync(token)).IsActive),
            ("/v1", async replica => (await new ApiClient(replica, api).GetAsync("/v1/users/me")).Status == HttpStatusCode.OK),
        ];
    }

    private static IReadOnlyList<(string, Func<Issuer, Task<bool>>)> RefreshTokens(Client client)
    {
        var (token, api) = (client.RefreshToken, client.ApiRefreshToken);
        return
        [
            ("refresh", async replica => (await Seed.Web(replica).RefreshAsync(token)).IsOk),
            ("/v1/auth/refresh", async replica => (await new ApiCaller(replica).RefreshAsync(api)).Status == HttpStatusCode.OK),
        ];
    }

    private sealed class Client(RelyingParty party, string accessToken, string refreshToken, string apiToken, string apiRefreshToken)
    {
        public RelyingParty Party => party;

        public string AccessToken { get; set; } = accessToken;

        public string RefreshToken { get; set; } = refreshToken;

        public string ApiToken => apiToken;

        public string ApiRefreshToken => apiRefreshToken;
    }
}
