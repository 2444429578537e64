using AuthServer.Data.Entities;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Data.Configurations;

/// <summary>The tables of second factors; the secret of an authenticator app is a row of <c>user_tokens</c>.</summary>
public sealed class SecondFactorTables :
    IEntityTypeConfiguration<IdentityUserToken<Guid>>,
    IEntityTypeConfiguration<RecoveryCode>,
    IEntityTypeConfiguration<RememberedDevice>
{
    public void Configure(EntityTypeBuilder<IdentityUserToken<Guid>> builder)
    {
        builder.ToTable("user_tokens");
        builder.Property<DateTime?>("CreatedAt");
        builder.Property<long?>("UsedStep");
    }

    public void Configure(EntityTypeBuilder<RecoveryCode> builder)
    {
        builder.ToTable("recovery_codes");
        builder.Property(c => c.CodeHash).HasMaxLength(64);
        builder.HasOne<User>().WithMany().HasForeignKey(c => c.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(c => c.UserId, "idx_recovery_codes_user_id").HasDatabaseName("idx_recovery_codes_user_id");
    }

    public void Configure(EntityTypeBuilder<RememberedDevice> builder)
    {
        builder.ToTable("remembered_devices");
        builder.Property(d => d.TokenHash).HasMaxLength(64);
        builder.Property(d => d.SecurityStamp).HasMaxLength(64);
        builder.Property(d => d.IpAddress).HasMaxLength(45);
        builder.Property(d => d.UserAgent).HasMaxLength(255);
        builder.HasOne<User>().WithMany().HasForeignKey(d => d.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(d => d.UserId, "idx_remembered_devices_user_id").HasDatabaseName("idx_remembered_devices_user_id");
        builder.HasIndex(d => d.ExpiresAt, "idx_remembered_devices_expires_at").HasDatabaseName("idx_remembered_devices_expires_at");
    }
}
