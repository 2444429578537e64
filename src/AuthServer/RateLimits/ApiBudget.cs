using AuthServer.RateLimits.InRedis;

namespace AuthServer.RateLimits;

/// <summary>What is left of a budget after one call was counted, or why it was not.</summary>
/// <param name="Reset">Until the whole budget is there again.</param>
public readonly record struct BudgetState(bool Admitted, int Limit, int Remaining, TimeSpan Reset);

/// <summary>So many calls of the JSON API in an hour for one person, or for one address without a token.</summary>
/// <remarks>
/// The hour begins with the first call. People and addresses have tables of their own, so that callers without a token do not crowd people
/// out.
/// </remarks>
public sealed class ApiBudget(RateLimitOptions options, TimeProvider time, SharedCounters? shared = null)
{
    public static readonly TimeSpan Period = TimeSpan.FromHours(1);

    // 8 MB and 2 MB.
    private readonly FixedWindow _people = new(options.PerHour, Period, shared?.Time ?? time, 1 << 18);
    private readonly FixedWindow _addresses = new(options.PerHour, Period, shared?.Time ?? time, 1 << 16);
    private readonly SharedTable? _sharedPeople = shared?.Table("people", 1 << 20);
    private readonly SharedTable? _sharedAddresses = shared?.Table("addresses", SharedTable.UsualBuckets);

    public ValueTask<BudgetState> TakeForPersonAsync(UInt128 key) => TakeAsync(_people, _sharedPeople, key);

    public ValueTask<BudgetState> TakeForAddressAsync(UInt128 key) => TakeAsync(_addresses, _sharedAddresses, key);

    private ValueTask<BudgetState> TakeAsync(FixedWindow window, SharedTable? table, UInt128 key) =>
        table is null ? new(window.Take(key))
        : window.Refusal(key) is { } refusal ? new(refusal)
        : AskAsync(window, table, key);

    private async ValueTask<BudgetState> AskAsync(FixedWindow window, SharedTable table, UInt128 key) =>
        await table.AskAsync(BudgetScript.Script, key, BudgetScript.Arguments(SharedTable.IdOf(key), options.PerHour, Period)) is { } answer
            ? window.Learn(key, BudgetScript.Read(answer))
            : window.Take(key);
}
