namespace AuthServer.RateLimits.Overload;

/// <summary>Decides from looks in equal distances whether the server has more work than it can do.</summary>
/// <param name="longest">How long new work may wait for a thread.</param>
internal sealed class OverloadSigns(TimeSpan longest)
{
    /// <summary>How many looks are remembered: a second of them.</summary>
    public const int Window = 40;

    // As in CoDel (RFC 8289 section 3): a queue that stands is overload, one that goes again is a burst.
    private const int Standing = 4;

    // So few are never too many, however slow the database is, and however busy other programs keep the machine.
    private const int AlwaysTaken = 64;

    // What is inside may need twice the longest wait to leave, because a request with statements waits several times.
    private const int Passes = 2;

    private readonly long[] _done = new long[Window];
    private int _looks, _late, _full;

    /// <summary>Whether something was done since the last look.</summary>
    public bool HasWork(long done) => _looks == 0 || done != _done[(_looks - 1) % Window];

    /// <summary>Forgets the past: after a rest it says nothing about the rate.</summary>
    public void Restart() => (_looks, _late, _full) = (0, 0, 0);

    /// <param name="delay">How long the newest work has waited, or waits, for a thread.</param>
    /// <param name="waiting">How much work waits for a thread.</param>
    /// <param name="inside">Requests that are being answered.</param>
    /// <param name="done">Requests that were answered, since the start of the process.</param>
    /// <param name="tick">The time between two looks.</param>
    /// <returns>Whether requests are to be turned away until the next look.</returns>
    public bool Judge(TimeSpan delay, long waiting, int inside, long done, TimeSpan tick)
    {
        // The larger of two rates: the one of a second knows the server, the one of a tenth knows of a burst that has just begun.
        var perLook = Math.Max(Rate(done, Window), Rate(done, Standing));
        _done[_looks++ % Window] = done;
        _late = delay > longest && waiting > AlwaysTaken ? _late + 1 : 0;
        // Little's law: what is inside leaves at the rate at which requests get done.
        var isFull = inside > AlwaysTaken && inside > perLook * (longest.TotalSeconds * Passes / tick.TotalSeconds);
        _full = isFull ? _full + 1 : 0;
        return longest > TimeSpan.Zero && (_late >= Standing || _full >= Standing);
    }

    private double Rate(long done, int looks)
    {
        looks = Math.Min(looks, _looks);
        return looks == 0 ? double.PositiveInfinity : (done - _done[(_looks - looks) % Window]) / (double)looks;
    }
}
