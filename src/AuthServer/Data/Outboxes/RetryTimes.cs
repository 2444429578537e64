using System.Security.Cryptography;

namespace AuthServer.Data.Outboxes;

/// <summary>When a mail or a logout token is tried again: soon at first, because people wait for it, then ever more seldom.</summary>
internal static class RetryTimes
{
    private const int MostDoublings = 8;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(15), Longest = TimeSpan.FromHours(1);

    /// <param name="attempts">How many there were.</param>
    /// <param name="asked">What the other side asks for.</param>
    /// <returns>With a fifth more or less by chance, so that what failed together does not come back together.</returns>
    public static TimeSpan After(int attempts, TimeSpan? asked = null)
    {
        var doubled = First * Math.Pow(2, Math.Clamp(attempts - 1, 0, MostDoublings));
        var wait = asked is { } least && least > doubled ? least : doubled;
        return (wait < Longest ? wait : Longest) * (RandomNumberGenerator.GetInt32(80, 121) / 100.0);
    }
}
