using AuthServer.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Data.Configurations;

/// <summary>The specified table <c>user_sessions</c>; every further column is nullable or has a default.</summary>
public sealed class UserSessionConfiguration : IEntityTypeConfiguration<UserSession>
{
    public void Configure(EntityTypeBuilder<UserSession> builder)
    {
        builder.ToTable("user_sessions");
        builder.Property(s => s.TokenHash).HasMaxLength(255);
        builder.Property(s => s.PreviousTokenHash).HasMaxLength(255);
        builder.Property(s => s.Kind).HasDefaultValue(SessionKind.Browser).HasSentinel(SessionKind.Browser);
        builder.Property(s => s.Offline).HasDefaultValue(false);
        builder.Property(s => s.Persistent).HasDefaultValue(false);
        builder.Property(s => s.RotationCounter).HasDefaultValue(0);
        builder.Property(s => s.ClientId).HasMaxLength(255);
        builder.Property(s => s.SecurityStamp).HasMaxLength(64);
        builder.Property(s => s.Amr).HasMaxLength(255);
        builder.Property(s => s.Acr).HasMaxLength(255);
        builder.Property(s => s.IpAddress).HasMaxLength(45);
        builder.Property(s => s.UserAgent).HasMaxLength(255);
        builder.Property(s => s.Confirmation).HasMaxLength(255);

        builder.HasOne(s => s.User).WithMany().HasForeignKey(s => s.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<UserSession>().WithMany().HasForeignKey(s => s.ParentId).OnDelete(DeleteBehavior.SetNull);
        builder.HasIndex(s => s.UserId, "idx_sessions_user_id").HasDatabaseName("idx_sessions_user_id");
        builder.HasIndex(s => s.ExpiresAt, "idx_sessions_expires_at").HasDatabaseName("idx_sessions_expires_at");
        builder.HasIndex(s => s.ParentId, "idx_sessions_parent_id").HasDatabaseName("idx_sessions_parent_id");
    }
}
