using AuthServer.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Data.Configurations;

public sealed class LogoutNoticeConfiguration : IEntityTypeConfiguration<LogoutNotice>
{
    public void Configure(EntityTypeBuilder<LogoutNotice> builder)
    {
        builder.ToTable("logout_notices");
        builder.Property(n => n.ClientId).HasMaxLength(255);
        builder.Property(n => n.LogoutUri).HasMaxLength(2048);
        builder.Property(n => n.SigningAlg).HasMaxLength(16);
        builder.Property(n => n.LastError).HasMaxLength(512);
        builder.HasIndex(n => new { n.State, n.NextAttemptAt }, "idx_logout_notices_due").HasDatabaseName("idx_logout_notices_due");
        // The purge reads in this order.
        builder.HasIndex(n => n.ExpiresAt, "idx_logout_notices_expires_at").HasDatabaseName("idx_logout_notices_expires_at");
    }
}
