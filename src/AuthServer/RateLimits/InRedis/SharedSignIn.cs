using StackExchange.Redis;

namespace AuthServer.RateLimits.InRedis;

/// <summary>Whom an attempt to sign in is counted for.</summary>
/// <param name="Account">Null for a known device.</param>
internal readonly record struct SignInPlace(UInt128 Place, UInt128? Account, UInt128? Address)
{
    /// <summary>Whose attempts are counted, right or wrong.</summary>
    public UInt128? Attempts => Account is null ? Place : Address;
}

/// <summary>The counters of sign-in in Redis.</summary>
/// <remarks>
/// Their keys have one hash tag, so that one script may have them all: in a cluster they are on one node. Attempts to sign in are few,
/// because each hashes a password.
/// </remarks>
internal sealed class SharedSignIn(SharedCounters counters, string name)
{
    private readonly SharedTable _place = Table(counters, name, "place");
    private readonly SharedTable _strikes = Table(counters, name, "strikes");
    private readonly SharedTable _account = Table(counters, name, "account");
    private readonly SharedTable _quiet = Table(counters, name, "quiet");
    private readonly SharedTable _address = Table(counters, name, "address");
    private readonly SharedTable _attempts = Table(counters, name, "attempts");

    public bool IsUp => counters.IsUp;

    /// <param name="limits">In the order of the script.</param>
    public async ValueTask<SignInAnswer?> AskAsync(CounterScript script, SignInPlace at, params int[] limits)
    {
        // A key that the script does not use has to be of the same node, and of no counter of its own.
        var none = _place.BucketOf(at.Place);
        RedisKey[] keys =
        [
            none, _strikes.BucketOf(at.Place), KeyOf(_account, at.Account), KeyOf(_quiet, at.Account), KeyOf(_address, at.Address),
            KeyOf(_attempts, at.Attempts),
        ];
        var arguments = new RedisValue[4 + limits.Length];
        (arguments[0], arguments[1]) = (SharedTable.IdOf(at.Place), IdOf(at.Account));
        (arguments[2], arguments[3]) = (IdOf(at.Address), IdOf(at.Attempts));
        for (var i = 0; i < limits.Length; i++) arguments[4 + i] = limits[i];
        return await counters.AskAsync(script, keys, arguments) is { } answer ? new SignInAnswer(answer) : null;

        RedisKey KeyOf(SharedTable table, UInt128? key) => key is { } some ? table.BucketOf(some) : none;
    }

    private static RedisValue IdOf(UInt128? key) => key is { } some ? SharedTable.IdOf(some) : RedisValue.EmptyString;

    private static SharedTable Table(SharedCounters counters, string name, string part) =>
        counters.Table("{" + name + "}:" + part, SharedTable.UsualBuckets);
}

/// <summary>What a script of <see cref="SignInScripts"/> answers.</summary>
internal readonly struct SignInAnswer(long[] numbers)
{
    public int Verdict => (int)numbers[0];

    public SharedCount Place => Failures(1);

    public SharedCount Strikes => Failures(3);

    public SharedCount Account => Failures(5);

    public SharedCount Address => Failures(7);

    public SharedCount Quiet => Events(9, Verdict != SignInScripts.QuietIsFull);

    public SharedCount Attempts => Events(11, Verdict != SignInScripts.AttemptsAreFull);

    private long Now => SharedTime.TicksOf(numbers[^1]);

    private SharedCount Failures(int at) => new(Admitted: true, SharedTime.TicksOf(numbers[at + 1]), (int)numbers[at], Previous: 0, Now);

    private SharedCount Events(int at, bool admitted) => new(admitted, Period: 0, (int)numbers[at], (int)numbers[at + 1], Now);
}
