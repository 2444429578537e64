namespace AuthServer.Users.SignIn;

/// <summary>
/// Whether a person has proved lately who they are: needed for what changes a way in, and for what takes the account's data away.
/// </summary>
public static class RecentSignIn
{
    /// <summary>How long a proof counts as recent.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);

    /// <param name="authTime">Of the session; null where it is not known.</param>
    public static bool Is(DateTime? authTime, TimeProvider time) =>
        authTime is { } proved && time.GetUtcNow().UtcDateTime - proved < MaxAge;
}
