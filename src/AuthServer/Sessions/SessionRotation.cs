using AuthServer.Data.Sql;

namespace AuthServer.Sessions;

/// <summary>How a rotation ended.</summary>
public abstract record Rotation
{
    private Rotation()
    {
    }

    /// <summary>The session goes on with a new token.</summary>
    public sealed record Rotated(GrantedSession Session, RefreshToken Next) : Rotation
    {
        /// <summary>Whether nobody has got the new token yet.</summary>
        public bool IsUnanswered { get; init; } = true;
    }

    /// <summary>Refused; <paramref name="Reason"/> is for the log.</summary>
    public sealed record Refused(string Reason) : Rotation;
}

/// <summary>Rotates refresh tokens: one compare-and-swap on the session row (RFC 9700 section 4.14.2).</summary>
public sealed class SessionRotation(SqlRunner sql, RefreshTokens tokens, TimeProvider time)
{
    private const string Swap =
        """
        UPDATE user_sessions
        SET token_hash = @next, previous_token_hash = @presented, rotated_at = @now, last_seen_at = @now,
            rotation_counter = rotation_counter + 1
        WHERE id = @id AND token_hash = @presented AND kind = 1 AND client_id = @client
        """;

    // A token that was rotated before the client had such a profile is judged as every rotated one.
    private const string Stay =
        """
        UPDATE user_sessions SET last_seen_at = @now WHERE id = @id AND token_hash = @presented AND kind = 1 AND client_id = @client
        """;

    private const string StaySql =
        $"{Stay} AND user_sessions.confirmation IS NULL AND {StandingSession.Exists} RETURNING {GrantedSession.Columns}";

    private const string StayProvedSql =
        $"""
        {Stay} AND (user_sessions.confirmation IS NULL OR user_sessions.confirmation = @confirmation) AND {StandingSession.Exists}
        RETURNING {GrantedSession.Columns}
        """;

    private const string RotateSql =
        $"{Swap} AND user_sessions.confirmation IS NULL AND {StandingSession.Exists} RETURNING {GrantedSession.Columns}";

    private const string RotateProvedSql =
        $"""
        {Swap} AND (user_sessions.confirmation IS NULL OR user_sessions.confirmation = @confirmation) AND {StandingSession.Exists}
        RETURNING {GrantedSession.Columns}
        """;

    // A rotation in the future: its answer was not sent, so the grace has not begun.
    private const string KeepSql = "UPDATE user_sessions SET rotated_at = @until WHERE id = @id AND previous_token_hash = @presented";

    private const string BeginSql =
        "UPDATE user_sessions SET rotated_at = @now WHERE id = @id AND previous_token_hash = @presented AND rotated_at > @now";

    // Long enough for an outage of a day; a token that is never presented again may not be kept as long as its session.
    private static readonly TimeSpan LongestKept = TimeSpan.FromDays(1);

    /// <param name="presented">Its MAC is right; the caller has authenticated the client.</param>
    /// <param name="clientId">The authenticated client.</param>
    /// <param name="confirmation">What the sender has proved beside the token, as the row keeps it; null: nothing.</param>
    /// <returns>Null when nothing was swapped; <see cref="RefreshTokenReuse"/> tells why.</returns>
    public async ValueTask<Rotation.Rotated?> RotateAsync(
        RefreshToken presented, string clientId, string? confirmation, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var next = tokens.Successor(presented);
        var rotated = await sql.FirstAsync(
            confirmation is null ? RotateSql : RotateProvedSql,
            values =>
            {
                values.Add("next", next.Hash).Add("presented", presented.Hash).Add("now", now).Add("id", presented.SessionId)
                    .Add("client", clientId);
                if (confirmation is not null) values.Add("confirmation", confirmation);
            },
            GrantedSession.Read, cancellationToken);
        return rotated is { } session ? new(session, next) : null;
    }

    /// <summary>The same without a rotation: the token stays, for a client whose profile has it so.</summary>
    /// <inheritdoc cref="RotateAsync"/>
    public async ValueTask<Rotation.Rotated?> KeepAsync(
        RefreshToken presented, string clientId, string? confirmation, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var kept = await sql.FirstAsync(
            confirmation is null ? StaySql : StayProvedSql,
            values =>
            {
                values.Add("presented", presented.Hash).Add("now", now).Add("id", presented.SessionId).Add("client", clientId);
                if (confirmation is not null) values.Add("confirmation", confirmation);
            },
            GrantedSession.Read, cancellationToken);
        return kept is { } session ? new(session, presented) { IsUnanswered = false } : null;
    }

    /// <summary>
    /// The successor was not sent, because its tokens were not signed, or the request was refused: the presented token gets it later.
    /// </summary>
    /// <param name="presented">What <see cref="RotateAsync"/> has taken.</param>
    public async Task KeepPreviousAsync(string presented, CancellationToken cancellationToken)
    {
        if (tokens.Read(presented) is not { } token) return;
        var until = time.GetUtcNow().UtcDateTime + LongestKept;
        await sql.ExecuteAsync(
            KeepSql, values => values.Add("id", token.SessionId).Add("presented", token.Hash).Add("until", until), cancellationToken);
    }

    /// <summary>The answer is sent now: the grace of the presented token begins.</summary>
    public async Task BeginGraceAsync(RefreshToken presented, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await sql.ExecuteAsync(
            BeginSql, values => values.Add("id", presented.SessionId).Add("presented", presented.Hash).Add("now", now), cancellationToken);
    }
}
