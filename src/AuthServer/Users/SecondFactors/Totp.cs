using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AuthServer.Users.SecondFactors;

/// <summary>Time-based one-time passwords (RFC 6238) in the form of every authenticator app: SHA-1, six digits, 30 seconds.</summary>
public static class Totp
{
    public const int Digits = 6;

    /// <summary>In seconds.</summary>
    public const int Period = 30;

    // RFC 4226 section 4, R6: 160 bits are recommended.
    private const int SecretSize = 20;

    // RFC 6238 section 5.2: one step of delay. One ahead as well, because the clock of a phone may be fast.
    private const int Drift = 1;

    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretSize);

    public static long StepAt(DateTimeOffset time) => time.ToUnixTimeSeconds() / Period;

    public static string CodeOf(byte[] secret, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)], mac = stackalloc byte[HMACSHA1.HashSizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // Authenticator apps know no other hash; RFC 6238 section 1.2: collisions of SHA-1 do not matter to HMAC.
        HMACSHA1.HashData(secret, counter, mac);
#pragma warning restore CA5350
        // RFC 4226 section 5.3
        var number = (BinaryPrimitives.ReadUInt32BigEndian(mac[(mac[^1] & 0xf)..]) & 0x7fff_ffff) % 1_000_000;
        return number.ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <returns>The time step that the code is of; null when it is of none that counts now.</returns>
    public static long? FindStep(byte[] secret, string code, DateTimeOffset now)
    {
        var typed = Encoding.ASCII.GetBytes(code);
        long? found = null;
        for (var step = StepAt(now) - Drift; step <= StepAt(now) + Drift; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(CodeOf(secret, step)), typed)) found = step;
        }

        return found;
    }
}
