using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace AuthServer.Clients.Secrets;

/// <summary>Compares client secrets with their stored form; that a stretched one was right is remembered, because stretching costs milliseconds.</summary>
internal static class ClientSecretChecks
{
    private const int MostRemembered = 1_000;

    // Per stored hash, under a key of this process alone.
    private static readonly byte[] RememberKey = RandomNumberGenerator.GetBytes(32);
    private static readonly ConcurrentDictionary<string, byte[]> Remembered = new(StringComparer.Ordinal);

    /// <param name="stored">In a form that <see cref="ClientSecrets"/> knows.</param>
    public static bool Verify(string secret, string stored)
    {
        if (ClientSecrets.IsFast(stored)) return ClientSecrets.Verify(secret, stored);
        var mark = HMACSHA256.HashData(RememberKey, Encoding.UTF8.GetBytes(secret));
        if (Remembered.TryGetValue(stored, out var right) && CryptographicOperations.FixedTimeEquals(mark, right)) return true;
        if (!ClientSecrets.Verify(secret, stored)) return false;
        if (Remembered.Count >= MostRemembered) Remembered.Clear();
        Remembered[stored] = mark;
        return true;
    }
}
