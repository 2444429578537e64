using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace AuthServer.Users.Passwords.Foreign;

/// <summary>
/// scrypt (RFC 7914) in the PHC form of passlib, <c>$scrypt$ln=16,r=8,p=1$salt$hash</c>, and Firebase's variant, which encrypts a key of
/// the project with what scrypt derives: <c>$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=signer key$salt$hash</c>.
/// </summary>
internal sealed partial class ScryptHash : ForeignHash
{
    private const int MostLog = 30;
    private const int FirebaseKeySize = 32;

    private readonly (ulong N, uint R, uint P) _parameters;
    private readonly byte[] _salt;
    private readonly byte[] _output;

    /// <summary>Firebase's alone.</summary>
    private readonly byte[]? _signerKey;

    private ScryptHash(string text, (ulong N, uint R, uint P) parameters, byte[] salt, byte[] output, byte[]? signerKey)
        : base(text) => (_parameters, _salt, _output, _signerKey) = (parameters, salt, output, signerKey);

    public static HashReading? Read(string text)
    {
        if (Phc().Match(text) is { Success: true } plain) return Of(text, plain, Bytes(plain, "salt"), signerKey: null);
        if (Firebase().Match(text) is { Success: true } firebase)
        {
            return Bytes(firebase, "salt") is { } salt && Bytes(firebase, "separator") is { } separator
                && Bytes(firebase, "key") is { Length: >= 32 and <= 64 } key
                ? Of(text, firebase, [.. salt, .. separator], key)
                : new HashReading.Refused("must have a signer key of 32 to 64 bytes, and key, salt and salt separator in base64");
        }
        return text.StartsWith("$scrypt$", StringComparison.Ordinal) || text.StartsWith("$fbscrypt$", StringComparison.Ordinal)
            ? new HashReading.Refused("is not in a known form of scrypt, such as $scrypt$ln=16,r=8,p=1$salt$hash"
                + " or $fbscrypt$v=1,n=14,r=8,p=1,ss=separator,sk=key$salt$hash")
            : null;
    }

    private static HashReading Of(string text, Match match, byte[]? salt, byte[]? signerKey)
    {
        var (log, r, p) = (Number("log"), Number("r"), Number("p"));
        if (log is < 1 or > MostLog || r < 1 || p < 1
            || (1L << log) * r > HashCost.MostScryptMemory || (1L << log) * r * p > HashCost.MostScryptWork)
        {
            return new HashReading.Refused(
                $"asks for too much: 2^N times r must be at most {HashCost.MostScryptMemory}, and times p {HashCost.MostScryptWork}");
        }
        if (!HashText.IsSize(salt, 1, HashCost.MostSaltSize))
        {
            return new HashReading.Refused($"must have a salt of 1 to {HashCost.MostSaltSize} bytes");
        }
        var output = Bytes(match, "hash");
        // Firebase's output is the signer key, encrypted without padding.
        if (signerKey is null
            ? !HashText.IsSize(output, HashCost.LeastOutputSize, HashCost.MostOutputSize)
            : output?.Length != signerKey.Length)
        {
            return new HashReading.Refused(signerKey is null
                ? $"must have a hash of {HashCost.LeastOutputSize} to {HashCost.MostOutputSize} bytes"
                : "must have a hash as long as its signer key");
        }
        return new HashReading.Accepted(new ScryptHash(text, (1UL << log, (uint)r, (uint)p), salt!, output!, signerKey));

        int Number(string group) => HashText.Number(match.Groups[group].ValueSpan);
    }

    public override bool Matches(byte[] password)
    {
        var derived = new byte[_signerKey is null ? _output.Length : FirebaseKeySize];
        if (Derive(
            password, (nuint)password.Length, _salt, (nuint)_salt.Length, _parameters.N, _parameters.R, _parameters.P, derived,
            (nuint)derived.Length) != 0)
        {
            throw new InvalidOperationException("libsodium has not computed scrypt: there is not enough memory.");
        }
        return CryptographicOperations.FixedTimeEquals(_signerKey is null ? derived : Encrypted(_signerKey, derived), _output);
    }

    // AES-256 in counter mode from zero, which .NET does not have: the counters are encrypted and added to the text.
    private static byte[] Encrypted(byte[] text, byte[] key)
    {
        const int blockSize = 16;
        var counters = new byte[(text.Length + blockSize - 1) / blockSize * blockSize];
        for (var block = 1; block * blockSize < counters.Length; block++) counters[(block * blockSize) + blockSize - 1] = (byte)block;
        using var aes = Aes.Create();
        aes.Key = key;
        var stream = aes.EncryptEcb(counters, PaddingMode.None);
        return [.. text.Select((b, i) => (byte)(b ^ stream[i]))];
    }

    // By its C interface: NSec passes salts of 32 bytes alone.
    [DllImport("libsodium", EntryPoint = "crypto_pwhash_scryptsalsa208sha256_ll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Derive(
        byte[] password, nuint passwordLength, byte[] salt, nuint saltLength, ulong n, uint r, uint p, byte[] output, nuint outputLength);

    private static byte[]? Bytes(Match match, string group) => HashText.Base64OrNull(match.Groups[group].Value);

    [GeneratedRegex(
        @"\A\$scrypt\$ln=(?<log>[0-9]{1,2}),r=(?<r>[0-9]{1,3}),p=(?<p>[0-9]{1,3})"
        + @"\$(?<salt>[A-Za-z0-9+/]{1,100})\$(?<hash>[A-Za-z0-9+/]{1,100})\z")]
    private static partial Regex Phc();

    [GeneratedRegex(
        @"\A\$fbscrypt\$v=1,n=(?<log>[0-9]{1,2}),r=(?<r>[0-9]{1,3}),p=(?<p>[0-9]{1,3}),ss=(?<separator>[A-Za-z0-9+/]{0,20}={0,2}),"
        + @"sk=(?<key>[A-Za-z0-9+/]{1,100}={0,2})\$(?<salt>[A-Za-z0-9+/]{1,100}={0,2})\$(?<hash>[A-Za-z0-9+/]{1,100}={0,2})\z")]
    private static partial Regex Firebase();
}
