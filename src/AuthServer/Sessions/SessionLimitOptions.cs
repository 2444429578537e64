using AuthServer.Configuration;

namespace AuthServer.Sessions;

/// <summary>How many sessions a person may have.</summary>
public sealed class SessionLimitOptions
{
    /// <summary>
    /// Browser sessions, and apart from them sessions of apps, that one person keeps; those that apps open by assertions are a third kind.
    /// Whoever opens more loses those that were unused for longest; a few more stand for some seconds.
    /// </summary>
    [Setting("SESSIONS_PER_PERSON", Minimum = 1, Maximum = 10_000_000)]
    public int PerPerson { get; set; } = 100;
}
