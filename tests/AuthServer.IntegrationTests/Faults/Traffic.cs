using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Faults;

/// <summary>Clients at work while a test breaks things: each refreshes, uses and ends its sessions, and knows what must hold.</summary>
internal sealed class Traffic(Issuer issuer)
{
    /// <summary>Each sends a request, waits for its answer, and sends the next one.</summary>
    public const int Clients = FromStart + 3;

    private const int FromStart = 8;

    // How many further ones are kept: those beyond are ended, the oldest first.
    private const int Further = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // A client that got no answer asks again; as fast as this, and so within the grace of a refresh token.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly ConcurrentQueue<HeldSession> _sessions = new();
    private readonly ConcurrentQueue<string> _wrongs = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private Task _all = Task.CompletedTask;
    private Tally _tally = new();
    private int _unansweredOpenings, _rounds, _signIns, _heldBefore;
    private volatile bool _isOver;

    /// <summary>The answers since the start, or since <see cref="Next"/>.</summary>
    public Tally Tally => Volatile.Read(ref _tally);

    /// <summary>Codes whose redemption got no answer: each may have opened a session that no client knows.</summary>
    public int UnansweredOpenings => _unansweredOpenings;

    public IReadOnlyCollection<HeldSession> Sessions => _sessions;

    /// <summary>How many sessions the clients have and want to keep.</summary>
    public int Held => _sessions.Count(s => !s.IsEnding);

    /// <summary>Counts anew.</summary>
    /// <returns>The answers until now.</returns>
    public Tally Next()
    {
        _heldBefore = Held;
        return Interlocked.Exchange(ref _tally, new Tally());
    }

    public override string ToString() => $"{Clients} clients; {Tally}; {_heldBefore} sessions held before, {Held} after "
        + $"({_sessions.Count(s => s.IsEnded)} ended since the start)";

    /// <summary>Signs a person in, opens the sessions, and begins.</summary>
    public async Task StartAsync()
    {
        var browser = new Browser(issuer);
        await browser.SignInAsync(Seed.Alice);
        for (var i = 0; i < FromStart; i++)
        {
            if (await OpenAsync(browser) is { } session) _sessions.Enqueue(session);
        }

        NothingWrong();
        Assert.Equal(FromStart, _sessions.Count);
        List<Task> workers = [.. _sessions.Select(session => Task.Run(() => RefreshAsync(session)))];
        workers.Add(Task.Run(UseAsync));
        workers.Add(Task.Run(() => SignInAsync(browser)));
        workers.Add(Task.Run(MachineAsync));
        _all = Task.WhenAll(workers);
    }

    /// <summary>Waits until every kind of request has been answered so many times more.</summary>
    public async Task GoOnAsync(int rounds = 5)
    {
        var began = TimeProvider.System.GetTimestamp();
        var refreshed = _sessions.Take(FromStart).ToDictionary(s => s, s => s.Refreshed);
        var (target, signIns) = (Volatile.Read(ref _rounds) + rounds, Volatile.Read(ref _signIns));
        while (Volatile.Read(ref _rounds) < target || Volatile.Read(ref _signIns) == signIns
            || refreshed.Any(s => s.Key.Refreshed < s.Value + rounds))
        {
            if (_all.IsFaulted) await _all;
            NothingWrong();
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"The clients do not get on: {this}");
            await Task.Delay(Pause);
        }
    }

    /// <summary>Ends the traffic; afterwards every session that was not ended refreshes, and none that was is accepted.</summary>
    public async Task EndAsync()
    {
        _isOver = true;
        await _all;
        foreach (var session in _sessions.Where(s => s.IsEnded || !s.IsEnding))
        {
            var answer = await session.App.RefreshAsync(session.RefreshToken);
            if (answer.IsOk == session.IsEnded) Wrong($"refresh of a session that {(session.IsEnded ? "ended" : "stands")}: {answer.Body}");
            if (answer.IsOk) session.Renewed(answer);
            var used = await session.App.UserInfoAsync(session.AccessToken);
            if (used.IsOk == session.IsEnded) Wrong($"userinfo of a session that {(session.IsEnded ? "ended" : "stands")}: {used.Body}");
        }
    }

    /// <summary>Fails the test when an answer was wrong, such as a revoked token that was accepted.</summary>
    public void NothingWrong() => Assert.True(_wrongs.IsEmpty, $"{_wrongs.Count} wrong\n{string.Join('\n', _wrongs.Take(5))}\n{this}");

    /// <returns>Null: an outage.</returns>
    private async Task<HeldSession?> OpenAsync(Browser browser)
    {
        var app = Seed.Patient(issuer);
        var authorized = await AskAsync(
            () => browser.AuthorizeAsync(app, "openid offline_access"), static a => (a.Page.Status, a.Page.Headers));
        if (authorized is null) return null;
        if (!authorized.Parameters.ContainsKey("code"))
        {
            Wrong($"sign-in: {authorized.Page}");
            return null;
        }

        var tokens = await AskAsync(() => app.RedeemCodeAsync(authorized));
        if (tokens is { IsOk: true }) return new(app, tokens);
        if (tokens is null) Interlocked.Increment(ref _unansweredOpenings);
        else Wrong($"authorization_code: {(int)tokens.Status} {tokens.Body}");
        return null;
    }

    private async Task RefreshAsync(HeldSession session)
    {
        while (!_isOver)
        {
            if (await AskAsync(() => session.App.RefreshAsync(session.RefreshToken)) is { } answer)
            {
                if (answer.IsOk) session.Renewed(answer);
                else Wrong($"refresh: {(int)answer.Status} {answer.Body}");
                if (!answer.IsOk) return;
            }
            await Task.Delay(Pause);
        }
    }

    // Uses an access token of each session in turn; one of a session that ended must not be accepted by any replica.
    private async Task UseAsync()
    {
        for (var i = 0; !_isOver; i++)
        {
            var session = _sessions.ElementAt(i % _sessions.Count);
            var ended = session.IsEnded;
            if (await AskAsync(() => session.App.UserInfoAsync(session.AccessToken)) is { } answer)
            {
                if (ended && answer.IsOk) Wrong("userinfo accepts a token of a session that ended");
                if (!session.IsEnding && !answer.IsOk) Wrong($"userinfo: {(int)answer.Status} {answer.Body}");
            }
            await Task.Delay(Pause);
        }
    }

    private async Task SignInAsync(Browser browser)
    {
        while (!_isOver)
        {
            if (await OpenAsync(browser) is { } session)
            {
                _sessions.Enqueue(session);
                await EndOneAsync();
                Interlocked.Increment(ref _signIns);
            }
            await Task.Delay(10 * Pause);
        }
    }

    private async Task EndOneAsync()
    {
        if (Held <= FromStart + Further) return;
        var session = _sessions.Skip(FromStart).First(s => !s.IsEnding);
        session.IsEnding = true;
        session.IsEnded = await AskAsync(() => session.App.RevokeAsync(session.RefreshToken)) is { IsOk: true };
    }

    private async Task MachineAsync()
    {
        var (machine, api) = (Seed.Machine(issuer), Seed.ResourceServer(issuer));
        while (!_isOver)
        {
            if (await AskAsync(() => machine.ClientCredentialsAsync("notes:read")) is { } issued)
            {
                if (!issued.IsOk) Wrong($"client_credentials: {(int)issued.Status} {issued.Body}");
                else if (await AskAsync(() => api.IntrospectAsync(issued.AccessToken)) is { } answer)
                {
                    if (answer.IsActive) Interlocked.Increment(ref _rounds);
                    else Wrong($"introspection: {(int)answer.Status} {answer.Body}");
                }
            }
            await Task.Delay(Pause);
        }
    }

    private Task<TokenAnswer?> AskAsync(Func<Task<TokenAnswer>> ask) => AskAsync(ask, static answer => (answer.Status, answer.Headers));

    /// <returns>Null: no answer, or one of an outage, which is counted.</returns>
    private async Task<T?> AskAsync<T>(Func<Task<T>> ask, Func<T, (HttpStatusCode, HttpResponseHeaders)> read) where T : class
    {
        try
        {
            var answer = await ask();
            var (status, headers) = read(answer);
            Tally.Add(status);
            if (status < HttpStatusCode.InternalServerError) return answer;
            // 502 is the balancer's own.
            if (status is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway)) Wrong($"{(int)status}: {answer}");
            if (status == HttpStatusCode.ServiceUnavailable && headers.RetryAfter is null) Wrong($"503 without Retry-After: {answer}");
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException)
        {
            Tally.AddBroken();
        }
        return null;
    }

    private void Wrong(string what) => _wrongs.Enqueue($"{_clock.Elapsed.TotalSeconds:0.00} s: {what}");
}
