namespace AuthServer.RateLimits;

/// <summary>What is left of a budget after one call was counted, or why it was not.</summary>
/// <param name="Reset">Until the whole budget is there again.</param>
public readonly record struct BudgetState(bool Admitted, int Limit, int Remaining, TimeSpan Reset);

/// <summary>So many calls of the JSON API in an hour for one person, or for one address without a token.</summary>
/// <remarks>
/// The hour begins with the first call. People and addresses have tables of their own, so that callers without a token do not crowd people
/// out.
/// </remarks>
public sealed class ApiBudget(RateLimitOptions options, TimeProvider time)
{
    public static readonly TimeSpan Period = TimeSpan.FromHours(1);

    // 8 MB and 2 MB.
    private readonly CounterTable _people = new(1 << 18);
    private readonly CounterTable _addresses = new(1 << 16);

    public BudgetState TakeForPerson(UInt128 key) => Take(_people, key);

    public BudgetState TakeForAddress(UInt128 key) => Take(_addresses, key);

    private BudgetState Take(CounterTable table, UInt128 key)
    {
        var now = time.GetUtcNow().UtcTicks;
        lock (table.GateOf(key))
        {
            ref var counter = ref table.Find(key, oldest: now - Period.Ticks + 1, period: now);
            // A clock that was put back must not keep a caller out for longer than an hour.
            if (counter.Period > now) counter.Period = now;
            var reset = TimeSpan.FromTicks(counter.Period + Period.Ticks - now);
            var admitted = counter.Current < options.PerHour;
            if (admitted) counter.Current++;
            return new(admitted, options.PerHour, options.PerHour - counter.Current, reset);
        }
    }
}
