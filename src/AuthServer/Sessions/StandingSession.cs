namespace AuthServer.Sessions;

/// <summary>The rule that decides whether a session stands; every statement that asks it contains this text.</summary>
internal static class StandingSession
{
    /// <summary>A condition on <c>user_sessions</c> and its user in <c>users</c> at <c>@now</c>.</summary>
    /// <remarks>
    /// The session has not reached its idle or its absolute end, the account is enabled, and its security stamp is the one that the session
    /// began with: a changed password moves the stamp and so ends every session that was open. The tables have no aliases, so that the
    /// same text fits SELECT, INSERT ... SELECT and UPDATE ... WHERE EXISTS.
    /// </remarks>
    public const string Rule =
        """
        user_sessions.expires_at > @now AND (user_sessions.absolute_expires_at IS NULL OR user_sessions.absolute_expires_at > @now)
          AND users.disabled_at IS NULL AND users.security_stamp = user_sessions.security_stamp
        """;

    /// <summary>
    /// The rule for a statement that updates <c>user_sessions</c>, which cannot join (UPDATE ... FROM differs between the databases).
    /// </summary>
    public const string Exists = $"EXISTS (SELECT 1 FROM users WHERE users.id = user_sessions.user_id AND {Rule})";

    /// <summary>Every session that stands, with its user.</summary>
    public const string From = $"FROM user_sessions JOIN users ON users.id = user_sessions.user_id WHERE {Rule}";
}
