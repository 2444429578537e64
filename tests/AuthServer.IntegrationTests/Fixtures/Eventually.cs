namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>Waits for what another process or another thread does; one that never comes fails the test.</summary>
internal static class Eventually
{
    // So long only where something is wrong: a busy machine must not fail a test.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks again and again until the answer is yes.</summary>
    /// <param name="what">What is waited for, in the words of a failure.</param>
    /// <param name="isSo">The question; what it throws fails the test at once.</param>
    /// <param name="context">What a failure shows beside that.</param>
    /// <param name="patience">When a minute is not right.</param>
    public static async Task UntilAsync(string what, Func<Task<bool>> isSo, Func<string>? context = null, TimeSpan? patience = null)
    {
        for (var began = TimeProvider.System.GetTimestamp(); !await isSo(); await Task.Delay(Pause))
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(began) < (patience ?? Patience),
                $"After {patience ?? Patience} not yet: {what}.\n{context?.Invoke()}");
        }
    }

    /// <inheritdoc cref="UntilAsync(string, Func{Task{bool}}, Func{string}, TimeSpan?)"/>
    public static Task UntilAsync(string what, Func<bool> isSo, Func<string>? context = null, TimeSpan? patience = null) =>
        UntilAsync(what, () => Task.FromResult(isSo()), context, patience);
}
