using AuthServer.IntegrationTests.Attacks;

namespace AuthServer.UnitTests.Fuzzing;

/// <summary>Runs an attempt with the seeds that once failed, and then with new ones until the time is over.</summary>
internal static class Fuzz
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(1);

    /// <param name="saved">Seeds of failures that have been mended, and a few more.</param>
    public static void Run(ulong[] saved, Action<Dice> attempt)
    {
        foreach (var seed in saved) Attempt(seed, attempt);
        var began = TimeProvider.System.GetTimestamp();
        for (var seed = (ulong)began; TimeProvider.System.GetElapsedTime(began) < Budget; seed++) Attempt(seed, attempt);
    }

    private static void Attempt(ulong seed, Action<Dice> attempt)
    {
        try
        {
            attempt(new Dice(seed));
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"Seed {seed}: save it with the test. {error.Message}", error);
        }
    }
}
