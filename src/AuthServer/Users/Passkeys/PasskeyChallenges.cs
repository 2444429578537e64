using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Data.Sql;
using Microsoft.AspNetCore.DataProtection;

namespace AuthServer.Users.Passkeys;

/// <summary>What a challenge was made for: one of another act is none.</summary>
public enum PasskeyAct
{
    SignIn,
    Registration,
}

/// <summary>
/// Hands out the state of a challenge to the page, sealed, and takes it back once: from the same browser, for the same act, in time.
/// </summary>
/// <remarks>In the page and not in a cookie, so that two tabs do not take each other's challenge.</remarks>
public sealed class PasskeyChallenges(IDataProtectionProvider protection, SqlRunner sql, TimeProvider time)
{
    private const int LongestText = 8 * 1024;
    private const int HeaderSize = sizeof(long) + SHA256.HashSizeInBytes;

    // Of several callers at once one inserts. The table also holds used client assertions; a purge deletes what has expired.
    private const string UseSql = "INSERT INTO used_assertions (id, expires_at) VALUES (@id, @until) ON CONFLICT (id) DO NOTHING";

    /// <param name="browser">A secret that only this browser has.</param>
    internal string Seal(PasskeyAct act, string browser, string state)
    {
        var text = new byte[HeaderSize + Encoding.UTF8.GetByteCount(state)];
        BinaryPrimitives.WriteInt64BigEndian(text, (time.GetUtcNow() + PasskeyRules.Life).UtcTicks);
        SHA256.HashData(Encoding.UTF8.GetBytes(browser), text.AsSpan(sizeof(long)));
        Encoding.UTF8.GetBytes(state, text.AsSpan(HeaderSize));
        return Base64Url.EncodeToString(Protector(act).Protect(text));
    }

    /// <returns>Null for a state that is not of this act and browser, has expired, or was taken before.</returns>
    internal async Task<string?> TakeAsync(PasskeyAct act, string browser, string sealedState, CancellationToken cancellationToken)
    {
        if (sealedState.Length > LongestText || !Base64Url.IsValid(sealedState)) return null;
        byte[] text;
        try
        {
            text = Protector(act).Unprotect(Base64Url.DecodeFromChars(sealedState));
        }
        catch (CryptographicException)
        {
            return null;
        }

        var until = new DateTime(BinaryPrimitives.ReadInt64BigEndian(text), DateTimeKind.Utc);
        var owner = SHA256.HashData(Encoding.UTF8.GetBytes(browser));
        if (until <= time.GetUtcNow().UtcDateTime
            || !CryptographicOperations.FixedTimeEquals(owner, text.AsSpan(sizeof(long), owner.Length))) return null;
        // By what was sealed: the state holds the challenge, which is random.
        var id = Convert.ToHexStringLower(SHA256.HashData([.. "passkey\0"u8, .. text]));
        var inserted = await sql.ExecuteAsync(UseSql, values => values.Add("id", id).Add("until", until), cancellationToken);
        return inserted == 1 ? Encoding.UTF8.GetString(text.AsSpan(HeaderSize)) : null;
    }

    private IDataProtector Protector(PasskeyAct act) => protection.CreateProtector("authplatform/passkeys/1", act.ToString());
}
