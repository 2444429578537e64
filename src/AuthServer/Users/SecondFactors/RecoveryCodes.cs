using System.Security.Cryptography;
using System.Text;
using AuthServer.Audit;
using AuthServer.Data.Sql;

namespace AuthServer.Users.SecondFactors;

/// <summary>Ten codes that stand for the second factor once each; only their hashes are stored.</summary>
public sealed class RecoveryCodes(SqlRunner sql, TimeProvider time)
{
    public const int Count = 10;

    /// <summary>80 bits: no list of hashes leads back to the codes, so a fast hash is enough.</summary>
    private const int Size = 10;

    private const int Letters = 16;

    // The compare-and-swap: of several callers with one code the first writes the row.
    private const string UseSql =
        "UPDATE recovery_codes SET used_at = @now WHERE user_id = @user AND code_hash = @hash AND used_at IS NULL";

    private const string RecordSql =
        AuditTrail.InsertWhere
        + "EXISTS (SELECT 1 FROM recovery_codes c WHERE c.user_id = @subject AND c.code_hash = @hash AND c.used_at = @now)";

    private const string LeftSql = "SELECT count(*) FROM recovery_codes WHERE user_id = @user AND used_at IS NULL";

    private const string AddSql = "INSERT INTO recovery_codes (id, user_id, code_hash, created_at) VALUES (@id, @user, @hash, @now)";

    private const string RemoveSql = "DELETE FROM recovery_codes WHERE user_id = @user";

    private const string RemoveSinceSql = RemoveSql + " AND created_at >= @since";

    /// <summary>How many are not used yet.</summary>
    public async Task<int> LeftAsync(Guid user, CancellationToken cancellationToken)
    {
        var left = await sql.FirstValueAsync(
            LeftSql, values => values.Add("user", user), static row => row.GetInt64(0), cancellationToken);
        return (int)left!.Value;
    }

    /// <param name="typed">Letters and digits alone, in any case.</param>
    /// <returns>Whether the code is right, and used for the first time.</returns>
    public async Task<bool> TryUseAsync(Guid user, string typed, Caller caller, CancellationToken cancellationToken)
    {
        if (Normal(typed) is not { } code) return false;
        var (now, hash) = (time.GetUtcNow().UtcDateTime, Hash(user, code));
        var record = AuditTrail.Describe(now, AuditKinds.RecoveryCodeUsed, caller, user, user);
        var batch = sql.Together();
        var used = batch.Add(UseSql, values => values.Add("now", now).Add("user", user).Add("hash", hash));
        batch.Add(RecordSql, values => AuditTrail.Fill(values, record).Add("hash", hash));
        await batch.RunAsync(cancellationToken);
        return used.Written == 1;
    }

    /// <summary>Puts new codes in the place of all former ones, in the caller's transaction.</summary>
    /// <returns>The codes, which are stored nowhere.</returns>
    internal async Task<IReadOnlyList<string>> ReplaceAsync(OpenedConnection connection, Guid user, DateTime now)
    {
        await RemoveAsync(connection, user);
        var codes = Enumerable.Range(0, Count).Select(_ => Base32.Encode(RandomNumberGenerator.GetBytes(Size))).ToList();
        foreach (var code in codes)
        {
            await connection.ExecuteAsync(
                AddSql,
                values => values.Add("id", Guid.CreateVersion7(time.GetUtcNow())).Add("user", user).Add("hash", Hash(user, code))
                    .Add("now", now),
                CancellationToken.None);
        }

        return codes.ConvertAll(code => Base32.Grouped(code, '-').ToLowerInvariant());
    }

    internal static async Task RemoveAsync(OpenedConnection connection, Guid user) =>
        await connection.ExecuteAsync(RemoveSql, values => values.Add("user", user), CancellationToken.None);

    internal static async Task RemoveSinceAsync(OpenedConnection connection, Guid user, DateTime since) => await connection.ExecuteAsync(
        RemoveSinceSql, values => values.Add("user", user).Add("since", since), CancellationToken.None);

    /// <summary>Upper case; a zero, which no code has, is taken for the letter.</summary>
    /// <returns>Null when it has not the form of a code.</returns>
    private static string? Normal(string typed)
    {
        var code = typed.ToUpperInvariant().Replace('0', 'O');
        return code.Length == Letters && Base32.Decode(code) is not null ? code : null;
    }

    // The account is part of it, so that equal codes of two people would not look equal.
    private static string Hash(Guid user, string code) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"recovery-code/1|{user:N}|{code}")));
}
