using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using NSec.Cryptography;

namespace AuthServer.Users.Passwords;

/// <summary>An Argon2id hash in PHC form: <c>$argon2id$v=19$m=19456,t=2,p=1$salt$hash</c>, base64 without padding.</summary>
public sealed partial record Argon2Hash(int MemoryKiB, int Passes, byte[] Salt, byte[] Output)
{
    public bool IsBelowCurrent =>
        MemoryKiB < Argon2Settings.MemoryKiB || Passes < Argon2Settings.Passes || Output.Length < Argon2Settings.OutputSize;

    public static Argon2Hash Make(byte[] password)
    {
        var salt = RandomNumberGenerator.GetBytes(Argon2Settings.SaltSize);
        return new(
            Argon2Settings.MemoryKiB, Argon2Settings.Passes, salt, Derive(
                password, salt, Argon2Settings.MemoryKiB, Argon2Settings.Passes, Argon2Settings.OutputSize));
    }

    public bool Matches(byte[] password) =>
        CryptographicOperations.FixedTimeEquals(Derive(password, Salt, MemoryKiB, Passes, Output.Length), Output);

    /// <summary>Null for the marker of "no password", for other algorithms and for parameters out of bounds.</summary>
    public static Argon2Hash? Parse(string? text)
    {
        return TryParse(text, out var hash) is null ? hash : null;
    }

    /// <summary>What keeps a hash from being verified here, as the rest of a sentence; null when nothing does.</summary>
    public static string? Fault(string text) => TryParse(text, out _);

    private static string? TryParse(string? text, out Argon2Hash? hash)
    {
        hash = null;
        if (text is null || Phc().Match(text) is not { Success: true } match)
        {
            return "must be an Argon2id hash in PHC form, such as $argon2id$v=19$m=19456,t=2,p=1$salt$hash in base64 without padding";
        }

        var (memory, passes, lanes) = (Number("m"), Number("t"), Number("p"));
        if (lanes != Argon2Settings.Lanes)
        {
            return $"has p={lanes}, but only p={Argon2Settings.Lanes} (one lane) can be verified: hash the password again with p=1";
        }
        if (memory is < Argon2Settings.LeastMemoryKiB or > Argon2Settings.MostMemoryKiB)
        {
            return $"has m={memory}, which must be from {Argon2Settings.LeastMemoryKiB} to {Argon2Settings.MostMemoryKiB} KiB";
        }

        if (passes is < 1 or > Argon2Settings.MostPasses) return $"has t={passes}, which must be from 1 to {Argon2Settings.MostPasses}";
        if (Decode(match.Groups["salt"].Value) is not { Length: Argon2Settings.SaltSize } salt)
        {
            return $"must have a salt of {Argon2Settings.SaltSize} bytes";
        }
        if (Decode(match.Groups["hash"].Value) is not { Length: >= 16 and <= 64 } output) return "must have a hash of 16 to 64 bytes";
        hash = new(memory, passes, salt, output);
        return null;

        int Number(string group) => int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"$argon2id$v=19$m={MemoryKiB},t={Passes},p={Argon2Settings.Lanes}${Encode(Salt)}${Encode(Output)}");

    private static byte[] Derive(byte[] password, byte[] salt, int memory, int passes, int size) =>
        PasswordBasedKeyDerivationAlgorithm.Argon2id(
            new Argon2Parameters { DegreeOfParallelism = Argon2Settings.Lanes, MemorySize = memory, NumberOfPasses = passes })
            .DeriveBytes(password, salt, size);

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static byte[]? Decode(string text)
    {
        var padded = text + new string('=', (4 - (text.Length % 4)) % 4);
        if (!Base64.IsValid(padded)) return null;
        return Convert.FromBase64String(padded);
    }

    [GeneratedRegex(
        @"\A\$argon2id\$v=19\$m=(?<m>[0-9]{1,8}),t=(?<t>[0-9]{1,4}),p=(?<p>[0-9]{1,4})"
        + @"\$(?<salt>[A-Za-z0-9+/]{1,100})\$(?<hash>[A-Za-z0-9+/]{1,100})\z")]
    private static partial Regex Phc();
}
