using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using AuthServer.Users.Passwords.Foreign;
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
        if (text is null || Phc().Match(text) is not { Success: true } match) return null;
        var (memory, passes) = (HashText.Number(match.Groups["m"].ValueSpan), HashText.Number(match.Groups["t"].ValueSpan));
        return Argon2LanesHash.FaultOf(memory, passes, Argon2Settings.Lanes, HashCost.MostArgon2Work) is null
            && HashText.Base64OrNull(match.Groups["salt"].Value) is { Length: Argon2Settings.SaltSize } salt
            && HashText.Base64OrNull(match.Groups["hash"].Value) is
                { Length: >= HashCost.LeastOutputSize and <= HashCost.MostOutputSize } output
            ? new(memory, passes, salt, output)
            : null;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"$argon2id$v=19$m={MemoryKiB},t={Passes},p={Argon2Settings.Lanes}${HashText.Unpadded(Salt)}${HashText.Unpadded(Output)}");

    private static byte[] Derive(byte[] password, byte[] salt, int memory, int passes, int size) =>
        PasswordBasedKeyDerivationAlgorithm.Argon2id(
            new Argon2Parameters { DegreeOfParallelism = Argon2Settings.Lanes, MemorySize = memory, NumberOfPasses = passes })
            .DeriveBytes(password, salt, size);

    [GeneratedRegex(
        @"\A\$argon2id\$v=19\$m=(?<m>[0-9]{1,8}),t=(?<t>[0-9]{1,4}),p=1"
        + @"\$(?<salt>[A-Za-z0-9+/]{1,100})\$(?<hash>[A-Za-z0-9+/]{1,100})\z")]
    private static partial Regex Phc();
}
