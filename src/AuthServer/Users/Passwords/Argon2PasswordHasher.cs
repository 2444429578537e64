using System.Text;
using AuthServer.Data.Entities;
using AuthServer.Users.Passwords.Foreign;
using Microsoft.AspNetCore.Identity;

namespace AuthServer.Users.Passwords;

/// <summary>
/// Argon2id for ASP.NET Core Identity. Every verification costs one hash of ours, whatever the row holds, and the hash of another system
/// costs its own besides.
/// </summary>
public sealed class Argon2PasswordHasher : IPasswordHasher<User>
{
    private long _hashes;

    /// <summary>Argon2id hashes made since the start.</summary>
    public long Hashes => Interlocked.Read(ref _hashes);

    public string HashPassword(User user, string password)
    {
        Interlocked.Increment(ref _hashes);
        return Argon2Hash.Make(PasswordText.Bytes(password)).ToString();
    }

    public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
    {
        if (Argon2Hash.Parse(hashedPassword) is { } hash) return Verify(hash, providedPassword);
        // The hash of ours that a sign-in with the right password costs is the one that replaces the other system's.
        var bytes = Encoding.UTF8.GetBytes(providedPassword);
        if (bytes.Length > 0 && ForeignHashes.Read(hashedPassword) is HashReading.Accepted(var foreign) && foreign.Matches(bytes))
        {
            return foreign.CountsWhole(bytes) ? PasswordVerificationResult.SuccessRehashNeeded : PasswordVerificationResult.Success;
        }

        // The same work as for a real account, so that the time does not tell whether there is one.
        HashPassword(user, providedPassword);
        return PasswordVerificationResult.Failed;
    }

    private PasswordVerificationResult Verify(Argon2Hash hash, string password)
    {
        Interlocked.Increment(ref _hashes);
        if (!hash.Matches(PasswordText.Bytes(password))) return PasswordVerificationResult.Failed;
        return hash.IsBelowCurrent ? PasswordVerificationResult.SuccessRehashNeeded : PasswordVerificationResult.Success;
    }
}
