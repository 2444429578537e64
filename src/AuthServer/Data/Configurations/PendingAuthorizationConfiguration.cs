using AuthServer.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Data.Configurations;

/// <summary>Authorizations that people decide on another device; they go with their client and their account.</summary>
public sealed class PendingAuthorizationConfiguration : IEntityTypeConfiguration<PendingAuthorization>
{
    public void Configure(EntityTypeBuilder<PendingAuthorization> builder)
    {
        builder.ToTable("pending_authorizations");
        builder.Property(p => p.SecretHash).HasMaxLength(64);
        builder.Property(p => p.UserCodeHash).HasMaxLength(64);
        builder.Property(p => p.Redemption).HasMaxLength(36);
        builder.HasOne<Client>().WithMany().HasForeignKey(p => p.ClientRowId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<User>().WithMany().HasForeignKey(p => p.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(p => p.SecretHash, "pending_authorizations_secret_hash_key")
            .HasDatabaseName("pending_authorizations_secret_hash_key").IsUnique();
        builder.HasIndex(p => p.UserCodeHash, "pending_authorizations_user_code_hash_key")
            .HasDatabaseName("pending_authorizations_user_code_hash_key").IsUnique();
        builder.HasIndex(p => p.ClientRowId, "idx_pending_authorizations_client")
            .HasDatabaseName("idx_pending_authorizations_client");
        builder.HasIndex(p => p.UserId, "idx_pending_authorizations_user_id").HasDatabaseName("idx_pending_authorizations_user_id");
        builder.HasIndex(p => p.ExpiresAt, "idx_pending_authorizations_expires_at")
            .HasDatabaseName("idx_pending_authorizations_expires_at");
    }
}
