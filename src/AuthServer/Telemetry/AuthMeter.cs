using System.Diagnostics.Metrics;

namespace AuthServer.Telemetry;

/// <summary>The figures that the server counts about itself; docs/monitoring.md lists their names.</summary>
/// <remarks>No tag ever holds an address, a user or a client: their number is not bounded, and they are personal.</remarks>
public sealed class AuthMeter
{
    public const string Name = "AuthPlatform";

    private readonly Meter _meter;
    private readonly Counter<long> _purgedRows;
    private readonly Counter<long> _purgeBatches;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _signIns;
    private readonly Counter<long> _secondFactors;
    private readonly Counter<long> _tokenRequests;
    private readonly Counter<long> _sessionsOpened;
    private readonly Counter<long> _sessionsEnded;
    private readonly Counter<long> _rateLimited;
    private readonly Counter<long> _redisOutages;
    private readonly Counter<long> _mails;
    private readonly Counter<long> _logoutTokens;
    private readonly Counter<long> _cibaNotifications;
    private readonly Histogram<double> _backupDuration;
    private long _failedBackups, _failedDrills, _shed;

    public AuthMeter(IMeterFactory factory)
    {
        _meter = factory.Create(Name);
        _purgedRows = _meter.CreateCounter<long>("authplatform.purge.rows", "{row}", "Expired rows that were deleted, by table.");
        _purgeBatches = _meter.CreateCounter<long>(
            "authplatform.purge.batches", "{batch}", "Statements in which expired rows were deleted, by table.");
        _refusals = _meter.CreateCounter<long>(
            "authplatform.refusals", "{refusal}", "Requests that were refused for what they claimed to be, by kind.");
        _signIns = _meter.CreateCounter<long>("authplatform.sign_ins", "{attempt}", "Attempts to sign in, by outcome.");
        _secondFactors = _meter.CreateCounter<long>(
            "authplatform.second_factors", "{attempt}", "Codes of a second factor that were typed, by outcome.");
        _tokenRequests = _meter.CreateCounter<long>(
            "authplatform.token_requests", "{request}", "Token requests of clients that proved who they are, by grant and outcome.");
        _sessionsOpened = _meter.CreateCounter<long>("authplatform.sessions.opened", "{session}", "Sessions that were opened, by kind.");
        _sessionsEnded = _meter.CreateCounter<long>(
            "authplatform.sessions.ended", "{session}", "Sessions that were ended before their time, by reason.");
        _rateLimited = _meter.CreateCounter<long>(
            "authplatform.rate_limited", "{request}", "Requests that a rate limit refused, by limit.");
        _redisOutages = _meter.CreateCounter<long>(
            "authplatform.redis.outages", "{outage}", "Times that Redis failed or was too slow, so that limits were counted here alone.");
        _mails = _meter.CreateCounter<long>("authplatform.mails", "{attempt}", "Attempts to send a mail, by kind and outcome.");
        _cibaNotifications = _meter.CreateCounter<long>(
            "authplatform.ciba_notifications", "{attempt}", "Attempts to tell a client what a person has decided, by outcome.");
        _logoutTokens = _meter.CreateCounter<long>(
            "authplatform.logout_tokens", "{attempt}", "Attempts to tell a client of the end of a session, by outcome.");
        // Zero is told too: for Prometheus a counter that appears with its first overload has not risen.
        _meter.CreateObservableCounter(
            "authplatform.requests.shed", () => Volatile.Read(ref _shed), "{request}",
            "Requests that were answered with 503 because there were too many.");
        _backupDuration = _meter.CreateHistogram<double>(
            "authplatform.backup.duration", "s", "How long a backup or a restore drill took, by act.");
    }

    public void Purged(string table, int rows)
    {
        _purgeBatches.Add(1, new KeyValuePair<string, object?>("table", table));
        _purgedRows.Add(rows, new KeyValuePair<string, object?>("table", table));
    }

    public void Refused(string kind)
    {
        _refusals.Add(1, new KeyValuePair<string, object?>("kind", kind));
        Decisions.Note(Decisions.Refusal, kind);
    }

    /// <param name="outcome">issued, or the error.</param>
    public void TokenRequest(string grantType, string outcome) => _tokenRequests.Add(
        1, new KeyValuePair<string, object?>("grant_type", grantType), new KeyValuePair<string, object?>("outcome", outcome));

    public void SignIn(string outcome) => _signIns.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <param name="outcome">app, recovery_code and mail for a right one, else wrong or throttled.</param>
    public void SecondFactor(string outcome) => _secondFactors.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void SessionOpened(string kind) => _sessionsOpened.Add(1, new KeyValuePair<string, object?>("kind", kind));

    public void SessionsEnded(string reason, int count) => _sessionsEnded.Add(count, new KeyValuePair<string, object?>("reason", reason));

    public void RateLimited(string limit)
    {
        _rateLimited.Add(1, new KeyValuePair<string, object?>("limit", limit));
        Decisions.Note(Decisions.RateLimit, limit);
    }

    public void BackupTook(string act, TimeSpan duration) =>
        _backupDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("act", act));

    public void BackupFailed() => Interlocked.Increment(ref _failedBackups);

    public void DrillFailed() => Interlocked.Increment(ref _failedDrills);

    /// <summary>Redis failed, or was too slow: from now on this server counts its limits alone.</summary>
    public void RedisLost() => _redisOutages.Add(1);

    /// <param name="up">1 while limits are counted in Redis.</param>
    public void ObserveRedis(Func<int> up) => _meter.CreateObservableGauge(
        "authplatform.redis.up", up, null, "1 while the limits are counted in Redis, 0 while each server counts alone.");

    /// <param name="outcome">sent, postponed or failed.</param>
    public void Mail(string kind, string outcome) => _mails.Add(
        1, new KeyValuePair<string, object?>("kind", kind), new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>The outbox; null while there was no look at it, and then there is no figure.</summary>
    public void ObserveMails(Func<int?> waiting, Func<double?> age, Func<int?> failed)
    {
        _meter.CreateObservableGauge("authplatform.mail.waiting", () => Some(waiting()), "{mail}", "Mails that are to be sent.");
        _meter.CreateObservableGauge("authplatform.mail.age", () => Some(age()), "s", "How long the oldest of them has waited.");
        _meter.CreateObservableGauge(
            "authplatform.mail.failed", () => Some(failed()), "{mail}", "Mails that were given up in the last 30 days.");
    }

    /// <param name="outcome">taken, postponed or failed.</param>
    public void LogoutToken(string outcome) => _logoutTokens.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <param name="outcome">taken, postponed or failed.</param>
    public void CibaNotification(string outcome) =>
        _cibaNotifications.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>The logout notices; null while there was no look at them, and then there is no figure.</summary>
    public void ObserveLogoutTokens(Func<int?> waiting, Func<double?> age, Func<int?> failed)
    {
        _meter.CreateObservableGauge(
            "authplatform.logout_tokens.waiting", () => Some(waiting()), "{notice}", "Ends of sessions that clients are to be told of.");
        _meter.CreateObservableGauge(
            "authplatform.logout_tokens.age", () => Some(age()), "s", "How long the oldest of them has waited.");
        _meter.CreateObservableGauge(
            "authplatform.logout_tokens.failed", () => Some(failed()), "{notice}", "Those that were given up in the last 7 days.");
    }

    /// <summary>The newest backup and the last proof; null while there is none, and then there is no figure.</summary>
    public void ObserveBackups(Func<double?> age, Func<long?> size, Func<double?> provenAge)
    {
        _meter.CreateObservableGauge("authplatform.backup.age", () => Some(age()), "s", "Age of the newest backup.");
        _meter.CreateObservableGauge("authplatform.backup.size", () => Some(size()), "By", "Size of the newest backup.");
        _meter.CreateObservableGauge(
            "authplatform.backup.proven_age", () => Some(provenAge()), "s", "Time since a restore drill has passed.");
        // Zero is told too: a counter that appears with its first failure has not risen for Prometheus.
        _meter.CreateObservableCounter(
            "authplatform.backup.failures", Failures, "{failure}",
            "Backups that could not be made and restore drills that failed, by act.");
    }

    /// <summary>What there should be, so that an alert can tell of what has never been there.</summary>
    /// <param name="drills">Whether restore drills run by the clock.</param>
    /// <param name="readable">1 or 0, as the last look at the place went; null: there was none yet.</param>
    public void ObserveBackupPlace(bool drills, Func<int?> readable)
    {
        Measurement<int>[] expected =
        [
            new(1, new KeyValuePair<string, object?>("act", "backup")),
            new(drills ? 1 : 0, new KeyValuePair<string, object?>("act", "drill")),
        ];
        _meter.CreateObservableGauge<int>(
            "authplatform.backup.expected", () => expected, null,
            "1 where there should be a backup, or a restore drill that has passed, by act.");
        _meter.CreateObservableGauge(
            "authplatform.backup.readable", () => Some(readable()), null, "1 while BACKUP_TO can be read, 0 while it cannot.");
    }

    /// <param name="ready">1 or 0, as /health/ready says.</param>
    public void ObserveReadiness(Func<int> ready) => _meter.CreateObservableGauge(
        "authplatform.ready", ready, null, "1 while the server may get requests, 0 while it may not.");

    private IEnumerable<Measurement<long>> Failures() =>
    [
        new(Volatile.Read(ref _failedBackups), new KeyValuePair<string, object?>("act", "backup")),
        new(Volatile.Read(ref _failedDrills), new KeyValuePair<string, object?>("act", "drill")),
    ];

    private static IEnumerable<Measurement<T>> Some<T>(T? value) where T : struct => value is { } known ? [new(known)] : [];

    public void Shed() => Interlocked.Increment(ref _shed);

    /// <param name="inside">Requests that are being answered, those aside that wait for a hash.</param>
    /// <param name="delay">Seconds that new work waits for a thread.</param>
    public void ObserveAdmission(Func<int> inside, Func<double> delay)
    {
        _meter.CreateObservableGauge("authplatform.requests.inside", inside, "{request}", "Requests that are being answered.");
        _meter.CreateObservableGauge("authplatform.thread.delay", delay, "s", "How long new work waits for a thread.");
    }

    /// <summary>Passwords that are being hashed or wait for it; above the number of processors people wait.</summary>
    public void ObserveHashing(Func<int> inside) =>
        _meter.CreateObservableGauge(
            "authplatform.hashing.queue", inside, "{password}", "Passwords that are being hashed or wait for their turn.");
}
