using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using OpenIddict.Server;

namespace AuthServer.IntegrationTests.Attacks.Plain;

/// <summary>
/// Two servers with the same seed and the same clock: one answers plain requests directly, the other leaves every request to the library.
/// </summary>
internal sealed class Twins : IAsyncDisposable
{
    private readonly Pair<Observation> _observations = new(new(), new());
    private readonly Pair<Counter> _dispatches;

    private Twins(Pair<AuthServerHost> hosts, Pair<Counter> dispatches, FakeTimeProvider time)
    {
        (Hosts, _dispatches, Time) = (hosts, dispatches, time);
        Browsers = hosts.Map(h => h.NewBrowser());
    }

    public Pair<AuthServerHost> Hosts { get; }

    public FakeTimeProvider Time { get; }

    public Pair<Browser> Browsers { get; private set; }

    /// <summary>How many requests the first server answered without the library.</summary>
    public int Direct { get; private set; }

    public static async Task<Twins> StartAsync(DatabaseKind kind)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        var dispatches = new Pair<Counter>(new(), new());
        var direct = await AuthServerHost.StartAsync(
            new(kind) { Time = time,
                Services = s => { dispatches.Direct.CountIn(s); s.AddSingleton<IStartupFilter>(new Certificates()); } });
        var library = await AuthServerHost.StartAsync(new(kind)
        {
            Time = time,
            Services = services =>
            {
                dispatches.Library.CountIn(services);
                services.AddSingleton<IStartupFilter>(new Certificates());
                services.AddSingleton<IStartupFilter>(new UnlistedHeader());
            },
        });
        return new(new(direct, library), dispatches, time);
    }

    /// <summary>Sends a request to both and fails when their answers differ.</summary>
    public async Task<(string Text, Pair<System.Text.Json.Nodes.JsonObject?> Json)> SendAsync(Draft draft, string origin)
    {
        var before = _dispatches.Direct.Count;
        var direct = await SendAsync(draft, 0);
        if (_dispatches.Direct.Count == before) Direct++;
        var library = await SendAsync(draft, 1);
        Assert.True(
            direct.Text == library.Text,
                $"{origin}: the answers differ.\n\n{draft.Describe()}\n\n--- directly\n{direct.Text}\n--- by the library\n{library.Text}");
        return (direct.Text, new(direct.Json, library.Json));
    }

    /// <summary>Sends a request to the first server alone.</summary>
    /// <returns>Whether it was answered without OpenIddict, and the status.</returns>
    public async Task<(bool Plainly, System.Net.HttpStatusCode Status)> TryPlainAsync(Draft draft)
    {
        var before = _dispatches.Direct.Count;
        using var request = draft.For(0);
        using var answer = await Hosts.Direct.Issuer.Http.SendAsync(request);
        return (_dispatches.Direct.Count == before, answer.StatusCode);
    }

    /// <summary>What both say about the same thing must be the same once ids are numbered.</summary>
    public void Same(Pair<string> texts, string origin)
    {
        var (direct, library) = (_observations.Direct.Numbered(texts.Direct), _observations.Library.Numbered(texts.Library));
        Assert.True(direct == library, $"{origin}: the servers differ.\n--- directly\n{direct}\n--- by the library\n{library}");
    }

    public async Task<Pair<T>> BothAsync<T>(Func<int, Task<T>> act) => new(await act(0), await act(1));

    /// <summary>Another person takes the place at the browser.</summary>
    public async Task SignInAsync(Person person)
    {
        Browsers = Hosts.Map(h => h.NewBrowser());
        await BothAsync(side => Browsers[side].SignInAsync(person));
    }

    /// <summary>What is left in the databases at the end.</summary>
    public async Task<string> StateAsync(int side)
    {
        var sessions = await Hosts[side].WithDatabaseAsync(db => db.Sessions.AsNoTracking()
            .Select(
                s =>
                    new { s.User!.Email, s.Kind, s.ClientId, s.Scopes, s.Resources, s.Offline, s.RotationCounter, s.CreatedAt, s.ExpiresAt,
                        s.LastSeenAt, s.RotatedAt, s.AuthTime, s.RequestedClaims })
            .ToListAsync());
        // Refusals are gathered by the minute and by a timer; the others stand in the transaction of what they tell.
        var events = await Hosts[side].WithDatabaseAsync(db => db.AuditEvents.AsNoTracking().Where(e => !e.Kind.StartsWith("refused"))
            .GroupBy(e => new { e.Kind, e.ClientId, e.Detail }).Select(g => new { g.Key, Count = g.Count() }).ToListAsync());
        return string.Join('\n', sessions.Select(s => $"{s}").Concat(events.Select(e => $"{e}")).Order(StringComparer.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        await Hosts.Direct.DisposeAsync();
        await Hosts.Library.DisposeAsync();
    }

    private async Task<(string Text, System.Text.Json.Nodes.JsonObject? Json)> SendAsync(Draft draft, int side)
    {
        using var request = draft.For(side);
        using var answer = await Hosts[side].Issuer.Http.SendAsync(request);
        return await _observations[side].ReadAsync(answer);
    }

    /// <summary>A header that the plain way does not know sends every request the long way.</summary>
    private sealed class UnlistedHeader : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((http, rest) =>
            {
                http.Request.Headers["X-Unlisted"] = "1";
                return rest(http);
            });
            next(app);
        };
    }

    /// <summary>Counts the events that the library's dispatch hands out.</summary>
    private sealed class Counter
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void CountIn(IServiceCollection services) =>
            services.Replace(ServiceDescriptor.Scoped<IOpenIddictServerDispatcher>(s => new Counting(new HandlerDispatch(s), this)));

        private sealed class Counting(HandlerDispatch inner, Counter counter) : IOpenIddictServerDispatcher
        {
            public ValueTask DispatchAsync<TContext>(TContext context)
                where TContext : OpenIddictServerEvents.BaseContext
            {
                Interlocked.Increment(ref counter._count);
                return inner.DispatchAsync(context);
            }
        }
    }
}
