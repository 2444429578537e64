using System.Security.Cryptography;
using AuthServer.Doctor;

namespace AuthServer.Keys;

/// <summary>The secrets against each other.</summary>
public sealed class SecretsCheck(SecretOptions? secrets = null) : ICheck
{
    public string Name => "Secrets";

    public IAsyncEnumerable<Finding> RunAsync(CancellationToken cancellationToken) => Look().ToAsyncEnumerable();

    private IEnumerable<Finding> Look()
    {
        if (secrets is null)
        {
            yield return Finding.Skipped("there are none yet, or one is refused");
            yield break;
        }
        var isGood = true;
        foreach (var finding in Faults(secrets))
        {
            isGood = false;
            yield return finding;
        }
        if (isGood) yield return Finding.Ok("SECRET_KEY and JWT_SECRET are set, and differ");
    }

    private static IEnumerable<Finding> Faults(SecretOptions secrets)
    {
        if (Same(secrets.SecretKey, secrets.JwtSecret))
        {
            yield return Finding.Warning("SECRET_KEY and JWT_SECRET are the same: whoever gets one has both",
                "make another JWT_SECRET, keep this one as JWT_SECRET_PREVIOUS, and run AuthServer keys rewrap");
        }
        if (Same(secrets.SecretKey, secrets.SecretKeyPrevious))
            yield return Finding.Warning("SECRET_KEY_PREVIOUS is the current SECRET_KEY", "set it to the former one, or remove it");
        if (Same(secrets.JwtSecret, secrets.JwtSecretPrevious))
            yield return Finding.Warning("JWT_SECRET_PREVIOUS is the current JWT_SECRET", "set it to the former one, or remove it");
    }

    private static bool Same(byte[] one, byte[]? other) => other is not null && CryptographicOperations.FixedTimeEquals(one, other);
}
