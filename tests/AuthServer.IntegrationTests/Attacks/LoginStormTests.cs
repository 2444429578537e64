using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using AuthServer.Configuration;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Attacks;

/// <summary>
/// Five hundred logins at once, again and again, at a real server on PostgreSQL: all are answered, and whoever is signed in goes on.
/// </summary>
public sealed class LoginStormTests
{
    private const int Logins = 500, Waves = 4, Chains = 4;
    private const long MostMemory = 600L * 1024 * 1024;

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(4);

    // Other tests use the processors too: these bounds tell an answer that comes late from one that never comes, and measure nothing.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2), SlowestAnswer = TimeSpan.FromSeconds(30);
    private static readonly int[] Allowed = [200, 401, 429, 503];

    [Fact]
    public async Task A_storm_of_logins_leaves_refresh_and_introspection_answering_and_memory_bounded()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        var address = ServerProcess.FreeAddress("localhost");
        await using var server = ServerProcess.Start(
        [
            .. database.Settings.Where(s => s.Key != "DATABASE_POOL_SIZE")
                .Select(s => (s.Key, s.Value)), ("API_BASE_URL", address), ("ASPNETCORE_URLS", address), ("AUTHSERVER_SEED", Seed.File),
            ("SECRET_KEY", SecretText.New()), ("JWT_SECRET", SecretText.New()),
            // What the bounds of sign-in alone do; OverloadTests has the other.
            ("OVERLOAD_QUEUE_MILLISECONDS", "0"),
            // One address sends them all here; without this its own limit would turn most away before they cost anything.
            ("SIGNINS_PER_ADDRESS_PER_MINUTE", "1000000"), ("SIGNIN_FAILURES_PER_ACCOUNT", "1000000"),
                ("SIGNIN_FAILURES_PER_ADDRESS", "1000000"), ("RATE_LIMIT_PER_HOUR", "1000000"),
        ]);
        await server.ReadyAsync(address);
        var issuer = Issuer.At(new Uri(address));
        var people = await SignedInAsync(issuer);

        await LoadAsync(people, () => Task.Delay(TimeSpan.FromSeconds(2)));
        var before = await LoadAsync(people, () => Task.Delay(Quiet));
        var memoryBefore = server.Memory("VmRSS");
        var answers = new List<(int Status, double Milliseconds)>();
        var during = await LoadAsync(people, async () =>
        {
            for (var wave = 0; wave < Waves; wave++) answers.AddRange(await StormAsync(address));
        });
        var memory = server.Memory("VmHWM");

        var statuses = string.Join(", ", answers.GroupBy(a => a.Status).OrderBy(g => g.Key).Select(g => $"{g.Key}: {g.Count()}"));
        var times = answers.Select(a => a.Milliseconds).ToList();
        var report = $"{Waves} x {Logins} logins: {statuses}, p50 {At(times, 50)}, p99 {At(times, 99)}; "
            + $"before: {before}; during: {during}; memory {memoryBefore >> 20} MB, at most {memory >> 20} MB";
        TestContext.Current.SendDiagnosticMessage(report);
        Assert.All(answers, a => Assert.Contains(a.Status, Allowed));
        Assert.True(answers.Count(a => a.Status is 200 or 401) >= Waves * 20, report);
        Assert.Equal("", before.Wrong + during.Wrong);
        Assert.True(during.Refreshes.Count > 20 && during.Introspections.Count > 20, report);
        Assert.True(during.Refreshes.Concat(during.Introspections).Max() < SlowestAnswer.TotalMilliseconds, report);
        Assert.True(memory < MostMemory, report);
        // The storm is over: a login is answered as ever.
        Assert.Equal(HttpStatusCode.OK, (await new ApiCaller(issuer).LoginAsync(Seed.Bob)).Status);
    }

    private static async Task<List<Signed>> SignedInAsync(Issuer issuer)
    {
        var people = new List<Signed>();
        var browser = new Browser(issuer);
        await browser.SignInAsync(Seed.Carol);
        for (var i = 0; i < Chains; i++)
        {
            var app = Seed.Web(issuer);
            var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access notes:read"));
            people.Add(new(app, Seed.ResourceServer(issuer), tokens.RefreshToken, tokens.AccessToken));
        }

        return people;
    }

    /// <summary>Every login has a connection of its own, as from as many people.</summary>
    private static async Task<List<(int, double)>> StormAsync(string address)
    {
        using var handler = new SocketsHttpHandler { UseCookies = false, MaxConnectionsPerServer = Logins };
        using var http = new HttpClient(handler) { BaseAddress = new Uri(address), Timeout = Patience };
        var answers = await Task.WhenAll(Enumerable.Range(0, Logins).Select(async i =>
        {
            var (email, password) = (i % 3) switch
            {
                0 => (Seed.Alice.Email, Seed.Alice.Password),
                1 => (Seed.Bob.Email, "Wrong-Kettle-19"),
                _ => ($"nobody{i}@example.test", "Wrong-Kettle-19"),
            };
            using var body = new StringContent($$"""{"email":"{{email}}","password":"{{password}}"}""", Encoding.UTF8, "application/json");
            var began = TimeProvider.System.GetTimestamp();
            using var answer = await http.PostAsync("/v1/auth/login", body);
            await answer.Content.ReadAsStringAsync();
            return ((int)answer.StatusCode, TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
        }));
        return [.. answers];
    }

    private static async Task<Figures> LoadAsync(List<Signed> people, Func<Task> meanwhile)
    {
        var figures = new Figures();
        using var end = new CancellationTokenSource();
        var load = people.Select(p => Task.Run(() => p.GoOnAsync(figures, end.Token))).ToList();
        try
        {
            await meanwhile();
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(load);
        }

        return figures;
    }

    private static string At(IEnumerable<double> times, int percent)
    {
        var sorted = times.Order().ToList();
        return sorted.Count == 0
            ? "none"
            : string.Create(CultureInfo.InvariantCulture, $"{sorted[Math.Min(sorted.Count - 1, sorted.Count * percent / 100)]:F1} ms");
    }

    private sealed class Figures
    {
        public List<double> Refreshes { get; } = [];

        public List<double> Introspections { get; } = [];

        public string Wrong { get; set; } = "";

        public override string ToString() => $"refresh {Line(Refreshes)}, introspection {Line(Introspections)}";

        private static string Line(List<double> times) => $"{times.Count} (p50 {At(times, 50)}, p99 {At(times, 99)})";
    }

    private sealed class Signed(ClientApp app, ClientApp api, string refreshToken, string accessToken)
    {
        private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

        private string _refreshToken = refreshToken, _accessToken = accessToken;

        public async Task GoOnAsync(Figures figures, CancellationToken end)
        {
            while (!end.IsCancellationRequested)
            {
                var began = Stopwatch.GetTimestamp();
                var refreshed = await app.RefreshAsync(_refreshToken);
                var refresh = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
                began = Stopwatch.GetTimestamp();
                var told = await api.IntrospectAsync(_accessToken);
                var introspection = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
                lock (figures)
                {
                    figures.Refreshes.Add(refresh);
                    figures.Introspections.Add(introspection);
                    if (!refreshed.IsOk) figures.Wrong += $"refresh {(int)refreshed.Status} {refreshed.Body}\n";
                    if (!told.IsActive) figures.Wrong += $"introspection {(int)told.Status} {told.Body}\n";
                }

                if (!refreshed.IsOk) return;
                (_refreshToken, _accessToken) = (refreshed.RefreshToken, refreshed.AccessToken);
                // The end waits for the answer, never cuts it off: a lost answer would lose the chain.
                await Task.Delay(Pace, CancellationToken.None);
            }
        }
    }
}
