namespace AuthServer.Sessions;

/// <summary>The columns of <c>user_sessions</c> that opening a session fills, in the order of their values.</summary>
internal static class SessionRow
{
    /// <summary>The columns that the first rotation fills (previous_token_hash, rotated_at) are not listed and stay NULL.</summary>
    public const string Insert =
        """
        INSERT INTO user_sessions (id, user_id, token_hash, expires_at, absolute_expires_at, created_at, last_seen_at, kind, client_id,
          parent_id, authorization_id, scopes, resources, offline, security_stamp, auth_time, amr, acr, requested_claims, persistent,
          ip_address, user_agent, rotation_counter, confirmation)
        """;
}
