using System.Security.Cryptography;
using AuthServer.Data.Entities;
using Microsoft.EntityFrameworkCore.Query;

namespace AuthServer.Users.Identity;

/// <summary>What moves when the row of an account is written.</summary>
internal static class UserStamps
{
    /// <summary>A security stamp: what carries the former one, such as sessions and proofs, counts no more.</summary>
    public static string NewSecurityStamp() => Convert.ToHexString(RandomNumberGenerator.GetBytes(20));

    /// <summary>For each write that others see: the version, which is the source of the ETag, and what goes with it.</summary>
    public static UpdateSettersBuilder<User> NextVersion(this UpdateSettersBuilder<User> set, DateTime now) => set
        .SetProperty(u => u.Version, u => u.Version + 1).SetProperty(u => u.UpdatedAt, now)
        .SetProperty(u => u.ConcurrencyStamp, Guid.CreateVersion7().ToString());
}
