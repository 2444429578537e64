using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Faults;

/// <summary>Clients at work while a test breaks things: each refreshes, uses and ends its sessions, and knows what must hold.</summary>
internal sealed class Traffic(Issuer issuer)
{
    private const int Held = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // A client that got no answer asks again; as fast as this, and so within the grace of a refresh token.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly ConcurrentQueue<HeldSession> _sessions = new();
    private readonly ConcurrentDictionary<string, int> _answers = new();
    private readonly ConcurrentQueue<string> _wrongs = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Lock _gate = new();
    private Task _all = Task.CompletedTask;
    private TimeSpan? _firstFailure, _lastFailure;
    private int _opened, _rounds;
    private volatile bool _isOver;

    /// <summary>How often each status was answered; a broken connection counts as "none".</summary>
    public IReadOnlyDictionary<string, int> Answers => _answers;

    /// <summary>Answers of 500 and more, and connections that broke.</summary>
    public int Failures => _answers.Where(a => a.Key is "none" || a.Key[0] == '5').Sum(a => a.Value);

    /// <summary>From the first failure to the last one.</summary>
    public TimeSpan Disturbed => _lastFailure - _firstFailure ?? TimeSpan.Zero;

    public IReadOnlyCollection<HeldSession> Sessions => _sessions;

    public override string ToString() =>
        $"{string.Join(", ", _answers.OrderBy(a => a.Key).Select(a => $"{a.Key}: {a.Value}"))}; "
            + $"disturbed for {Disturbed.TotalSeconds:0.0} s; "
            + $"{_sessions.Count} sessions, {_sessions.Count(s => s.IsEnded)} ended, {_sessions.Sum(s => s.Refreshed)} refreshes";

    /// <summary>Signs a person in, opens the sessions, and begins.</summary>
    public async Task StartAsync()
    {
        var browser = new Browser(issuer);
        await browser.SignInAsync(Seed.Alice);
        for (var i = 0; i < Held; i++) _sessions.Enqueue(await OpenAsync(browser));
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
        var (refreshed, target) = (_sessions.Take(Held).ToDictionary(s => s, s => s.Refreshed), Volatile.Read(ref _rounds) + rounds);
        while (Volatile.Read(ref _rounds) < target
            || refreshed.Any(s => s.Key.Refreshed < s.Value + rounds))
        {
            if (_all.IsFaulted) await _all;
            NothingWrong();
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"The clients do not get on: {this}");
            await Task.Delay(Pause);
        }
    }

    /// <summary>Ends the traffic; afterwards every session that was not ended refreshes, and none that was.</summary>
    public async Task EndAsync()
    {
        _isOver = true;
        await _all;
        foreach (var session in _sessions)
        {
            if (session is { IsEnding: true, IsEnded: false }) continue;
            var answer = await session.App.RefreshAsync(session.RefreshToken);
            if (answer.IsOk == session.IsEnded) Wrong($"refresh of a session that {(session.IsEnded ? "ended" : "stands")}: {answer.Body}");
            if (answer.IsOk) session.Renewed(answer);
        }
    }

    /// <summary>Fails the test when an answer was wrong, such as a revoked token that was accepted.</summary>
    public void NothingWrong() => Assert.True(_wrongs.IsEmpty, $"{_wrongs.Count} wrong\n{string.Join('\n', _wrongs.Take(5))}\n{this}");

    private async Task<HeldSession> OpenAsync(Browser browser)
    {
        var app = Seed.Patient(issuer);
        var session = new HeldSession(app, await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access")));
        Interlocked.Increment(ref _opened);
        return session;
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

    private async Task EndOneAsync()
    {
        // Few enough for one person, and always some that were there from the start.
        if (_sessions.Count(s => !s.IsEnding) <= 2 * Held) return;
        var session = _sessions.Skip(Held).First(s => !s.IsEnding);
        session.IsEnding = true;
        session.IsEnded = await AskAsync(() => session.App.RevokeAsync(session.RefreshToken)) is { IsOk: true };
    }

    private async Task SignInAsync(Browser browser)
    {
        while (!_isOver)
        {
            try
            {
                var session = await OpenAsync(browser);
                _sessions.Enqueue(session);
                Count("200");
                await EndOneAsync();
            }
            catch (Exception e) when (e is HttpRequestException or IOException or InvalidOperationException)
            {
                // The fixtures throw on what is no success. Only an outage may be the reason.
                if (e is InvalidOperationException && !e.Message.Contains(" 5", StringComparison.Ordinal)) Wrong("sign-in: " + e.Message);
                else Failed("none");
            }
            await Task.Delay(20 * Pause);
        }
    }

    private async Task MachineAsync()
    {
        var machine = Seed.Machine(issuer);
        while (!_isOver)
        {
            if (await AskAsync(() => machine.ClientCredentialsAsync("notes:read")) is { } answer)
            {
                if (answer.IsOk) Interlocked.Increment(ref _rounds);
                else Wrong($"client_credentials: {(int)answer.Status} {answer.Body}");
            }
            await Task.Delay(Pause);
        }
    }

    /// <returns>Null: no answer, or one of an outage, which is counted.</returns>
    private async Task<TokenAnswer?> AskAsync(Func<Task<TokenAnswer>> ask)
    {
        try
        {
            var answer = await ask();
            if (answer.Status < HttpStatusCode.InternalServerError)
            {
                Count(((int)answer.Status).ToString(System.Globalization.CultureInfo.InvariantCulture));
                return answer;
            }
            Failed(((int)answer.Status).ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException)
        {
            Failed("none");
        }
        return null;
    }

    private void Count(string answer) => _answers.AddOrUpdate(answer, 1, static (_, n) => n + 1);

    private void Failed(string answer)
    {
        Count(answer);
        lock (_gate) (_firstFailure, _lastFailure) = (_firstFailure ?? _clock.Elapsed, _clock.Elapsed);
    }

    private void Wrong(string what) => _wrongs.Enqueue($"{_clock.Elapsed.TotalSeconds:0.00} s: {what}");
}
