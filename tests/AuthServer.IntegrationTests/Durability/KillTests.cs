using AuthServer.Configuration;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Durability;

/// <summary>The built server, killed with SIGKILL while sessions are refreshed and ended, and started again on the same database.</summary>
public sealed class KillTests
{
    private const int Sessions = 24, Kills = 3, Refreshes = 60;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task After_a_kill_every_session_that_a_client_holds_still_refreshes_and_none_that_was_ended(DatabaseKind kind)
    {
        // Its own cluster, which writes through to the disk as in production.
        using var cluster = kind == DatabaseKind.Postgres ? await PostgresCluster.StartAsync(durable: true) : null;
        using var database = await TestDatabase.CreateAsync(kind, migrated: false, cluster);
        var address = ServerProcess.FreeAddress("localhost");
        (string, string)[] environment =
        [
            .. database.Settings.Select(s => (s.Key, s.Value)), ("API_BASE_URL", address), ("ASPNETCORE_URLS", address),
            ("SECRET_KEY", SecretText.New()), ("JWT_SECRET", SecretText.New()), ("AUTHSERVER_SEED", Seed.File),
            ("SIGNINS_PER_ADDRESS_PER_MINUTE", "1000"),
        ];
        var issuer = Issuer.At(new Uri(address));
        var server = await StartAsync(environment, address);
        try
        {
            var held = await OpenSessionsAsync(issuer);
            for (var kill = 0; kill < Kills; kill++)
            {
                var round = kill;
                var load = held.Select(session => session.LoadAsync(round)).ToList();
                var before = held.Sum(s => s.Refreshed);
                await Eventually.UntilAsync(
                    "the load got on", () => held.Sum(s => s.Refreshed) >= before + Refreshes && held.Any(s => s.Ended));
                // Disposing kills.
                await server.DisposeAsync();
                await Task.WhenAll(load);

                server = await StartAsync(environment, address);
                foreach (var session in held.Where(s => !s.Ended && !s.Unsure))
                {
                    var answer = await session.App.RefreshAsync(session.Token);
                    Assert.True(answer.IsOk, $"A session that stands does not refresh after kill {kill + 1}: {answer.Body}");
                    session.Token = answer.RefreshToken;
                }

                foreach (var session in held.Where(s => s.Ended))
                {
                    Assert.Equal("invalid_grant", (await session.App.RefreshAsync(session.Token)).Error);
                }
                held = [.. held.Where(s => !s.Ended && !s.Unsure)];
                Assert.True(held.Count > Sessions / 4, "The load has ended too many sessions to show anything.");
            }
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static async Task<ServerProcess> StartAsync((string, string)[] environment, string address)
    {
        var server = ServerProcess.Start(environment);
        await server.ReadyAsync(address);
        return server;
    }

    private static async Task<List<HeldSession>> OpenSessionsAsync(Issuer issuer)
    {
        var app = Seed.Patient(issuer);
        var browser = new Browser(issuer);
        await browser.SignInAsync(Seed.Alice);
        var sessions = new List<HeldSession>();
        for (var i = 0; i < Sessions; i++)
        {
            var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
            sessions.Add(new HeldSession(app, tokens.RefreshToken, endsIn: i % 4 == 0 ? i / 8 : Kills));
        }

        return sessions;
    }

    /// <summary>What one client holds: it knows a new token only from an answer, and presents the old one again when none came.</summary>
    private sealed class HeldSession(ClientApp app, string token, int endsIn)
    {
        private const int RefreshesBeforeEnd = 3;

        public ClientApp App => app;

        public string Token { get; set; } = token;

        public int Refreshed { get; private set; }

        /// <summary>The server has answered that it ended the session.</summary>
        public bool Ended { get; private set; }

        /// <summary>Whether the server ended it nobody knows: the question was not answered.</summary>
        public bool Unsure { get; private set; }

        /// <summary>Refreshes until the server is gone; some sessions are ended on the way.</summary>
        public async Task LoadAsync(int round)
        {
            try
            {
                for (var i = 0; ; i++)
                {
                    if (round == endsIn && i == RefreshesBeforeEnd)
                    {
                        Unsure = true;
                        Ended = (await app.RevokeAsync(Token)).IsOk;
                        Unsure = false;
                        return;
                    }

                    var answer = await app.RefreshAsync(Token);
                    Assert.True(answer.IsOk, answer.Body);
                    Token = answer.RefreshToken;
                    Refreshed++;
                }
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException)
            {
                // The server was killed under this request.
            }
        }
    }
}
