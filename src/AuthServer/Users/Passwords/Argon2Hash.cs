using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using NSec.Cryptography;

namespace AuthServer.Users.Passwords;

/// <summary>An Argon2id hash in PHC form: <c>$argon2id$v=19$m=19456,t=2,p=1$salt$hash</c>, base64 without padding.</summary>
public sealed partial record Argon2Hash(int MemoryKiB, int Passes, byte[] Salt, byte[] Output)
{
    // OWASP's first choice for Argon2id: 19 MiB, two passes, one lane.
    public const int CurrentMemoryKiB = 19456;
    public const int CurrentPasses = 2;

    private const int SaltSize = 16;
    private const int OutputSize = 32;

    // A hash can come from a seed file or another SQL client: it must not be able to ask for the whole machine.
    private const int MostMemoryKiB = 256 * 1024;
    private const int MostPasses = 10;

    public bool IsBelowCurrent => MemoryKiB < CurrentMemoryKiB || Passes < CurrentPasses || Output.Length < OutputSize;

    public static Argon2Hash Make(byte[] password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        return new(CurrentMemoryKiB, CurrentPasses, salt, Derive(password, salt, CurrentMemoryKiB, CurrentPasses, OutputSize));
    }

    public bool Matches(byte[] password) =>
        CryptographicOperations.FixedTimeEquals(Derive(password, Salt, MemoryKiB, Passes, Output.Length), Output);

    /// <summary>Null for the marker of "no password", for other algorithms and for parameters out of bounds.</summary>
    public static Argon2Hash? Parse(string? text)
    {
        if (text is null || Phc().Match(text) is not { Success: true } match) return null;
        var memory = int.Parse(match.Groups["m"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
        var passes = int.Parse(match.Groups["t"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
        if (memory is < 8 or > MostMemoryKiB || passes is < 1 or > MostPasses) return null;
        var salt = Decode(match.Groups["salt"].Value);
        var output = Decode(match.Groups["hash"].Value);
        return salt is { Length: SaltSize } && output is { Length: >= 16 and <= 64 } ? new(memory, passes, salt, output) : null;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"$argon2id$v=19$m={MemoryKiB},t={Passes},p=1${Encode(Salt)}${Encode(Output)}");

    private static byte[] Derive(byte[] password, byte[] salt, int memory, int passes, int size) =>
        PasswordBasedKeyDerivationAlgorithm.Argon2id(new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = memory, NumberOfPasses = passes })
            .DeriveBytes(password, salt, size);

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static byte[]? Decode(string text)
    {
        var padded = text + new string('=', (4 - (text.Length % 4)) % 4);
        if (!Base64.IsValid(padded)) return null;
        return Convert.FromBase64String(padded);
    }

    [GeneratedRegex(@"\A\$argon2id\$v=19\$m=(?<m>[0-9]{1,8}),t=(?<t>[0-9]{1,4}),p=1\$(?<salt>[A-Za-z0-9+/]{1,100})\$(?<hash>[A-Za-z0-9+/]{1,100})\z")]
    private static partial Regex Phc();
}
