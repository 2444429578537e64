using AuthServer.Data.Sql;
using AuthServer.Keys;

namespace AuthServer.Users.SecondFactors;

/// <summary>The authenticator apps of people: a sealed secret in <c>user_tokens</c> and the last time step that was used.</summary>
public sealed class AuthenticatorApps(SqlRunner sql, UserTokenSealing sealing, TimeProvider time)
{
    private const string Provider = "authplatform", Name = "totp";

    private const string Which = "user_id = @user AND login_provider = @provider AND name = @name";

    private const string FindSql = $"SELECT value, created_at FROM user_tokens WHERE {Which}";

    // RFC 6238 section 5.2: a code is accepted once. Of several callers with one code, or with an older one, the first writes the row; the
    // value keeps the code of a former secret from counting for the one that has replaced it.
    private const string UseSql =
        $"UPDATE user_tokens SET used_step = @step WHERE {Which} AND value = @value AND (used_step IS NULL OR used_step < @step)";

    private const string UsedSql = $"SELECT used_step FROM user_tokens WHERE {Which}";

    private const string AddSql =
        """
        INSERT INTO user_tokens (user_id, login_provider, name, value, used_step, created_at)
        VALUES (@user, @provider, @name, @value, @step, @now)
        ON CONFLICT (user_id, login_provider, name) DO NOTHING
        """;

    private const string RemoveSql = $"DELETE FROM user_tokens WHERE {Which}";

    /// <returns>Since when the account has an app; null: it has none.</returns>
    public async Task<DateTime?> SinceAsync(Guid user, CancellationToken cancellationToken) =>
        (await FindAsync(user, cancellationToken))?.Since;

    /// <summary>When the last code was right, to half a minute; null: the account has no app.</summary>
    public async Task<DateTime?> LastUsedAsync(Guid user, CancellationToken cancellationToken) => await sql.FirstValueAsync(
        UsedSql, values => Of(values, user),
        static row => DateTime.UnixEpoch.AddSeconds(row.IsDBNull(0) ? 0 : row.GetInt64(0) * Totp.Period), cancellationToken);

    /// <returns>Whether the code is right, and used for the first time.</returns>
    public async Task<bool> TryUseAsync(Guid user, string code, CancellationToken cancellationToken)
    {
        if (await FindAsync(user, cancellationToken) is not { } app) return false;
        var secret = Base32.Decode(sealing.Open(user, Provider, Name, app.Sealed))!;
        if (Totp.FindStep(secret, code, time.GetUtcNow()) is not { } step) return false;
        return await sql.ExecuteAsync(
            UseSql, values => Of(values, user).Add("value", app.Sealed).Add("step", step), cancellationToken) == 1;
    }

    /// <param name="connection">Of the caller's transaction.</param>
    /// <param name="secret">In base32.</param>
    /// <param name="step">Of the code that proved it: it counts no second time.</param>
    /// <returns>False when the account has one already.</returns>
    internal async Task<bool> AddAsync(OpenedConnection connection, Guid user, string secret, long step, DateTime now) =>
        await connection.ExecuteAsync(
            AddSql,
            values => Of(values, user).Add("value", sealing.Seal(user, Provider, Name, secret)).Add("step", step).Add("now", now),
            CancellationToken.None) == 1;

    /// <param name="connection">Of the caller's transaction.</param>
    internal static async Task<bool> IsAddedSinceAsync(OpenedConnection connection, Guid user, DateTime since) =>
        await connection.FirstValueAsync(
            FindSql + " AND created_at >= @since", values => Of(values, user).Add("since", since), static _ => true,
            CancellationToken.None) is not null;

    /// <returns>False when there was none.</returns>
    internal static async Task<bool> RemoveAsync(OpenedConnection connection, Guid user) =>
        await connection.ExecuteAsync(RemoveSql, values => Of(values, user), CancellationToken.None) == 1;

    private ValueTask<App?> FindAsync(Guid user, CancellationToken cancellationToken) => sql.FirstAsync(
        FindSql, values => Of(values, user), static row => new App(row.GetString(0), row.TimeOrNull(1) ?? DateTime.UnixEpoch),
        cancellationToken);

    private static SqlValues Of(SqlValues values, Guid user) =>
        values.Add("user", user).Add("provider", Provider).Add("name", Name);

    private sealed record App(string Sealed, DateTime Since);
}
