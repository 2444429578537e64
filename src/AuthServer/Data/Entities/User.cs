using Microsoft.AspNetCore.Identity;

namespace AuthServer.Data.Entities;

/// <summary>A person with an account: a row of <c>users</c>.</summary>
/// <remarks>
/// <c>NormalizedEmail</c> is the column <c>email_key</c>; user names, phone columns and lockout of Identity are not mapped.
/// </remarks>
public sealed class User : IdentityUser<Guid>
{
    /// <summary>What <c>password_hash</c> holds when the account has no password. No password matches it.</summary>
    public const string NoPassword = "!";

    /// <summary>How long an account can be kept whose person wants it deleted.</summary>
    public static readonly TimeSpan DeletionGrace = TimeSpan.FromDays(14);

    public string? FirstName { get; set; }

    public string? LastName { get; set; }

    /// <summary>The remaining standard claims (OpenID Connect Core 5.1) as a JSON object of claim name to typed value.</summary>
    public string? Claims { get; set; }

    /// <summary>light or dark; null: as the system of the person is.</summary>
    public string? Theme { get; set; }

    /// <summary>Moved by profile edits only; the source of the ETag.</summary>
    public long Version { get; set; } = 1;

    /// <summary>Since when the account may not sign in; null = enabled.</summary>
    public DateTime? DisabledAt { get; set; }

    /// <summary>
    /// From when the account is deleted, because its person asked for it; it is disabled until then. Null: it stays.
    /// </summary>
    public DateTime? DeleteAfter { get; set; }

    /// <summary>
    /// Whether nothing but the wish of its person has closed the account. An admin who disables it meanwhile moves
    /// <see cref="DisabledAt"/>.
    /// </summary>
    public bool MayBeKept => DeleteAfter is { } end && DisabledAt == end - DeletionGrace;

    /// <summary>Whether it is its person's to use, or to keep: no admin has disabled it.</summary>
    public bool IsOpenToItsPerson => DisabledAt is null || MayBeKept;

    public DateTime? CreatedAt { get; set; }

    public DateTime? UpdatedAt { get; set; }
}
