using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Data.Sql;
using AuthServer.Keys;
using Microsoft.AspNetCore.DataProtection;

namespace AuthServer.Users.Passkeys;

/// <summary>What a challenge was made for: one of another act is none.</summary>
public enum PasskeyAct
{
    SignIn,
    Registration,

    /// <summary>A registration that the browser makes without asking the person.</summary>
    SilentRegistration,

    /// <summary>What follows a password.</summary>
    SecondStep,
}

/// <summary>
/// Hands out the state of a challenge to the page, sealed, and takes it back once: from the same browser, for the same act, in time.
/// </summary>
/// <remarks>In the page and not in a cookie, so that two tabs do not take each other's challenge.</remarks>
public sealed class PasskeyChallenges(IDataProtectionProvider protection, UsedOnce used, TimeProvider time)
{
    private const int LongestText = 8 * 1024;
    private const int HeaderSize = sizeof(long) + SHA256.HashSizeInBytes;

    private readonly SealedText _signIn = new(protection, "authplatform/passkeys/sign-in/1", LongestText);
    private readonly SealedText _registration = new(protection, "authplatform/passkeys/registration/1", LongestText);
    private readonly SealedText _silent = new(protection, "authplatform/passkeys/silent-registration/1", LongestText);
    private readonly SealedText _secondStep = new(protection, "authplatform/passkeys/second-step/1", LongestText);

    /// <param name="browser">A secret that only this browser has.</param>
    internal string Seal(PasskeyAct act, string browser, string state)
    {
        var text = new byte[HeaderSize + Encoding.UTF8.GetByteCount(state)];
        BinaryPrimitives.WriteInt64BigEndian(text, (time.GetUtcNow() + PasskeyRules.Life).UtcTicks);
        SHA256.HashData(Encoding.UTF8.GetBytes(browser), text.AsSpan(sizeof(long)));
        Encoding.UTF8.GetBytes(state, text.AsSpan(HeaderSize));
        return SealOf(act).Seal(text);
    }

    /// <returns>Null for a state that is not of this act and browser, has expired, or was taken before.</returns>
    internal async Task<string?> TakeAsync(PasskeyAct act, string browser, string sealedState, CancellationToken cancellationToken)
    {
        if (SealOf(act).Open(sealedState) is not { } text) return null;
        var until = new DateTime(BinaryPrimitives.ReadInt64BigEndian(text), DateTimeKind.Utc);
        var owner = SHA256.HashData(Encoding.UTF8.GetBytes(browser));
        if (until <= time.GetUtcNow().UtcDateTime
            || !CryptographicOperations.FixedTimeEquals(owner, text.AsSpan(sizeof(long), owner.Length))) return null;
        // By what was sealed: the state holds the challenge, which is random.
        return await used.TryAsync([.. "passkey\0"u8, .. text], until, cancellationToken)
            ? Encoding.UTF8.GetString(text.AsSpan(HeaderSize))
            : null;
    }

    private SealedText SealOf(PasskeyAct act) => act switch
    {
        PasskeyAct.SignIn => _signIn,
        PasskeyAct.Registration => _registration,
        PasskeyAct.SilentRegistration => _silent,
        PasskeyAct.SecondStep => _secondStep,
        _ => throw new ArgumentOutOfRangeException(nameof(act)),
    };
}
