using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Konscious.Security.Cryptography;

namespace AuthServer.Users.Passwords.Foreign;

/// <summary>
/// Argon2i or Argon2id (RFC 9106) in PHC form with any number of lanes and any size of salt, which libsodium does not compute; ADR 0035.
/// </summary>
internal sealed partial class Argon2LanesHash : ForeignHash
{
    private const string Django = "argon2$";
    private const int LeastSaltSize = 8;
    private const int SaltSizeOfLibsodium = 16;

    private readonly bool _isArgon2I;
    private readonly int _memoryKiB;
    private readonly int _passes;
    private readonly int _lanes;
    private readonly byte[] _salt;
    private readonly byte[] _output;

    private Argon2LanesHash(string text, bool isArgon2I, int memoryKiB, int passes, int lanes, byte[] salt, byte[] output)
        : base(text) =>
        (_isArgon2I, _memoryKiB, _passes, _lanes, _salt, _output) = (isArgon2I, memoryKiB, passes, lanes, salt, output);

    public static HashReading? Read(string given)
    {
        // Django writes the name of its own class before the PHC form.
        var text = given.StartsWith(Django, StringComparison.Ordinal) ? "$" + given[Django.Length..] : given;
        if (text.StartsWith("$argon2d$", StringComparison.Ordinal))
        {
            return new HashReading.Refused("is Argon2d, which is not made for passwords; Argon2i and Argon2id are accepted");
        }
        if (!text.StartsWith("$argon2", StringComparison.Ordinal)) return null;
        if (Phc().Match(text) is not { Success: true } match)
        {
            return new HashReading.Refused(
                "is not in PHC form of version 1.3, such as $argon2id$v=19$m=19456,t=2,p=1$salt$hash in base64 without padding");
        }

        var (memory, passes, lanes) = (Number("m"), Number("t"), Number("p"));
        if (HashText.Base64OrNull(match.Groups["salt"].Value) is not { Length: >= LeastSaltSize and <= HashCost.MostSaltSize } salt)
        {
            return new HashReading.Refused($"must have a salt of {LeastSaltSize} to {HashCost.MostSaltSize} bytes");
        }
        var isOfLibsodium = match.Groups["type"].Value == "id" && lanes == 1 && salt.Length == SaltSizeOfLibsodium;
        if (FaultOf(memory, passes, lanes, isOfLibsodium ? HashCost.MostArgon2Work : HashCost.MostLanesWork) is { } fault)
        {
            return new HashReading.Refused(fault);
        }
        return HashText.Base64OrNull(match.Groups["hash"].Value) is
            { Length: >= HashCost.LeastOutputSize and <= HashCost.MostOutputSize } output
            ? new HashReading.Accepted(new Argon2LanesHash(text, match.Groups["type"].Value == "i", memory, passes, lanes, salt, output))
            : new HashReading.Refused($"must have a hash of {HashCost.LeastOutputSize} to {HashCost.MostOutputSize} bytes");

        int Number(string group) => HashText.Number(match.Groups[group].ValueSpan);
    }

    /// <summary>What is wrong with the parameters of any Argon2 hash, ours included.</summary>
    /// <param name="mostWork">Memory times passes.</param>
    internal static string? FaultOf(int memory, int passes, int lanes, long mostWork)
    {
        if (lanes is < 1 or > HashCost.MostArgon2Lanes) return $"has p={lanes}, which must be from 1 to {HashCost.MostArgon2Lanes}";
        // RFC 9106 section 3.1: at least 8p KiB.
        if (memory < HashCost.LeastArgon2KiB * lanes || memory > HashCost.MostArgon2KiB)
        {
            return $"has m={memory}, which must be from {HashCost.LeastArgon2KiB * lanes} to {HashCost.MostArgon2KiB} KiB";
        }
        if (passes is < 1 or > HashCost.MostArgon2Passes) return $"has t={passes}, which must be from 1 to {HashCost.MostArgon2Passes}";
        return (long)memory * passes > mostWork
            ? $"has m={memory} and t={passes}, whose product must be at most {mostWork}"
            : null;
    }

    public override bool Matches(byte[] password)
    {
        using Argon2 argon2 = _isArgon2I ? new Argon2i(password) : new Argon2id(password);
        (argon2.MemorySize, argon2.Iterations, argon2.DegreeOfParallelism, argon2.Salt) = (_memoryKiB, _passes, _lanes, _salt);
        return CryptographicOperations.FixedTimeEquals(argon2.GetBytes(_output.Length), _output);
    }

    [GeneratedRegex(
        @"\A\$argon2(?<type>id|i)\$v=19\$m=(?<m>[0-9]{1,8}),t=(?<t>[0-9]{1,4}),p=(?<p>[0-9]{1,4})"
        + @"\$(?<salt>[A-Za-z0-9+/]{1,100})\$(?<hash>[A-Za-z0-9+/]{1,100})\z")]
    private static partial Regex Phc();
}
