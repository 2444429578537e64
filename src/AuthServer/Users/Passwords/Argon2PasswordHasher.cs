using AuthServer.Data.Entities;
using Microsoft.AspNetCore.Identity;

namespace AuthServer.Users.Passwords;

/// <summary>Argon2id for ASP.NET Core Identity; every verification costs one hash, whatever the row holds.</summary>
public sealed class Argon2PasswordHasher : IPasswordHasher<User>
{
    private long _hashes;

    /// <summary>Hashes made since the start.</summary>
    public long Hashes => Interlocked.Read(ref _hashes);

    public string HashPassword(User user, string password)
    {
        Interlocked.Increment(ref _hashes);
        return Argon2Hash.Make(PasswordText.Bytes(password)).ToString();
    }

    public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
    {
        Interlocked.Increment(ref _hashes);
        var bytes = PasswordText.Bytes(providedPassword);
        if (Argon2Hash.Parse(hashedPassword) is not { } hash)
        {
            // The same work as for a real account, so that the time does not tell whether there is one.
            Argon2Hash.Make(bytes);
            return PasswordVerificationResult.Failed;
        }

        if (!hash.Matches(bytes)) return PasswordVerificationResult.Failed;
        return hash.IsBelowCurrent ? PasswordVerificationResult.SuccessRehashNeeded : PasswordVerificationResult.Success;
    }
}
