using AuthServer.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Data.Configurations;

/// <summary>The specified table <c>users</c>; every further column is nullable or has a default.</summary>
public sealed class UserConfiguration : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> builder)
    {
        foreach (var index in builder.Metadata.GetIndexes().ToList()) builder.Metadata.RemoveIndex(index);
        builder.ToTable("users");
        // E-mail is the only name of a person here; throttling lives outside the account (ARCHITECTURE: no lockout columns).
        builder.Ignore(u => u.UserName).Ignore(u => u.NormalizedUserName);
        builder.Ignore(u => u.PhoneNumber).Ignore(u => u.PhoneNumberConfirmed);
        builder.Ignore(u => u.LockoutEnd).Ignore(u => u.LockoutEnabled).Ignore(u => u.AccessFailedCount);

        builder.Property(u => u.Email).HasMaxLength(255).IsRequired();
        // A key can be longer than its address: an A-label takes more letters than the U-label it stands for.
        builder.Property(u => u.NormalizedEmail).HasColumnName("email_key").HasMaxLength(512).IsRequired();
        builder.Property(u => u.PasswordHash).HasMaxLength(255).IsRequired();
        builder.Property(u => u.FirstName).HasMaxLength(100);
        builder.Property(u => u.LastName).HasMaxLength(100);
        builder.Property(u => u.EmailConfirmed).HasColumnName("email_verified").HasDefaultValue(false);
        builder.Property(u => u.TwoFactorEnabled).HasDefaultValue(false);
        builder.Property(u => u.SecurityStamp).HasMaxLength(64).IsRequired();
        builder.Property(u => u.ConcurrencyStamp).HasMaxLength(64);
        builder.Property(u => u.Theme).HasMaxLength(8);
        builder.Property(u => u.Version).HasDefaultValue(1L).HasSentinel(1L);

        builder.HasIndex(u => u.Email, "users_email_key").HasDatabaseName("users_email_key").IsUnique();
        builder.HasIndex(u => u.Email, "idx_users_email").HasDatabaseName("idx_users_email");
        builder.HasIndex(u => u.NormalizedEmail, "users_email_key_key").HasDatabaseName("users_email_key_key").IsUnique();
        // Few accounts are about to be deleted, and the job that deletes them reads only those.
        builder.HasIndex(u => u.DeleteAfter, "idx_users_delete_after").HasDatabaseName("idx_users_delete_after")
            .HasFilter("delete_after IS NOT NULL");
        builder.HasIndex(u => u.CreatedAt, "idx_users_created_at").HasDatabaseName("idx_users_created_at");
    }
}
