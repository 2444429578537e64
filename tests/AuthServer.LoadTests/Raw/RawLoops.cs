using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AuthServer.LoadTests.Commands;
using NSec.Cryptography;

namespace AuthServer.LoadTests.Raw;

/// <summary>raw NAME: one operation in a loop on this core; prints operations per second of CPU.</summary>
internal static class RawLoops
{
    public static readonly string[] Names = ["es256", "rs256", "argon2id", "sha256"];

    public static int Run(CommandLine line)
    {
        if (line.Words.FirstOrDefault() is not { } name || Loop(name) is not { } once) return 64;
        var seconds = line.Decimal("seconds", 3);
        for (var warm = Stopwatch.StartNew(); warm.Elapsed.TotalSeconds < Math.Min(1, seconds / 3);) once();
        var before = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        var count = 0;
        for (; watch.Elapsed.TotalSeconds < seconds; count++) once();
        var cpu = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count / cpu:0.##} {count / watch.Elapsed.TotalSeconds:0.##}"));
        return 0;
    }

    private static Action? Loop(string name)
    {
        // As long as the header and payload of an access token.
        var data = RandomNumberGenerator.GetBytes(600);
        switch (name)
        {
            case "es256":
                var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                return () => ec.SignData(data, HashAlgorithmName.SHA256);
            case "rs256":
                var rsa = RSA.Create(2048);
                return () => rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            case "sha256":
                return () => SHA256.HashData(data.AsSpan(0, 40));
            case "argon2id":
                var algorithm = PasswordBasedKeyDerivationAlgorithm.Argon2id(
                    new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = 19456, NumberOfPasses = 2 });
                var (password, salt) = (Encoding.UTF8.GetBytes("Correct-Horse-7-Battery"), RandomNumberGenerator.GetBytes(16));
                return () => algorithm.DeriveBytes(password, salt, 32);
            default:
                return null;
        }
    }
}
