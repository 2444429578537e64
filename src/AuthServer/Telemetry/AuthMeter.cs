using System.Diagnostics.Metrics;

namespace AuthServer.Telemetry;

/// <summary>The figures that the server counts about itself; docs/operations.md lists their names.</summary>
/// <remarks>No tag ever holds an address, a user or a client: their number is not bounded, and they are personal.</remarks>
public sealed class AuthMeter
{
    public const string Name = "AuthPlatform";

    private readonly Meter meter;
    private readonly Counter<long> purgedRows;
    private readonly Counter<long> purgeBatches;
    private readonly Counter<long> refusals;
    private readonly Counter<long> signIns;
    private readonly Counter<long> sessionsOpened;
    private readonly Counter<long> sessionsEnded;
    private readonly Counter<long> rateLimited;

    public AuthMeter(IMeterFactory factory)
    {
        meter = factory.Create(Name);
        purgedRows = meter.CreateCounter<long>("authplatform.purge.rows", "{row}", "Expired rows that were deleted, by table.");
        purgeBatches = meter.CreateCounter<long>("authplatform.purge.batches", "{batch}", "Statements in which expired rows were deleted, by table.");
        refusals = meter.CreateCounter<long>("authplatform.refusals", "{refusal}", "Requests that were refused for what they claimed to be, by kind.");
        signIns = meter.CreateCounter<long>("authplatform.sign_ins", "{attempt}", "Attempts to sign in with a password, by outcome.");
        sessionsOpened = meter.CreateCounter<long>("authplatform.sessions.opened", "{session}", "Sessions that were opened, by kind.");
        sessionsEnded = meter.CreateCounter<long>("authplatform.sessions.ended", "{session}", "Sessions that were ended before their time, by reason.");
        rateLimited = meter.CreateCounter<long>("authplatform.rate_limited", "{request}", "Requests that a rate limit refused, by limit.");
    }

    public void Purged(string table, int rows)
    {
        purgeBatches.Add(1, new KeyValuePair<string, object?>("table", table));
        purgedRows.Add(rows, new KeyValuePair<string, object?>("table", table));
    }

    public void Refused(string kind) => refusals.Add(1, new KeyValuePair<string, object?>("kind", kind));

    public void SignIn(string outcome) => signIns.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void SessionOpened(string kind) => sessionsOpened.Add(1, new KeyValuePair<string, object?>("kind", kind));

    public void SessionsEnded(string reason, int count) => sessionsEnded.Add(count, new KeyValuePair<string, object?>("reason", reason));

    public void RateLimited(string limit) => rateLimited.Add(1, new KeyValuePair<string, object?>("limit", limit));

    /// <summary>Passwords that are being hashed or wait for it; above the number of processors people wait.</summary>
    public void ObserveHashing(Func<int> inside) =>
        meter.CreateObservableGauge("authplatform.hashing.queue", inside, "{password}", "Passwords that are being hashed or wait for their turn.");
}
