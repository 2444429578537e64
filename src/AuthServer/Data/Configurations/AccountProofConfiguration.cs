using AuthServer.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Data.Configurations;

/// <summary>The codes and links that were sent to mailboxes; they go with their account.</summary>
public sealed class AccountProofConfiguration : IEntityTypeConfiguration<AccountProof>
{
    public void Configure(EntityTypeBuilder<AccountProof> builder)
    {
        builder.ToTable("account_proofs");
        builder.Property(p => p.Email).HasMaxLength(255);
        builder.Property(p => p.SecurityStamp).HasMaxLength(64);
        builder.Property(p => p.CodeHash).HasMaxLength(64);
        builder.Property(p => p.LinkHash).HasMaxLength(64);
        builder.Property(p => p.PasswordHash).HasMaxLength(255);
        builder.Property(p => p.FirstName).HasMaxLength(100);
        builder.Property(p => p.LastName).HasMaxLength(100);
        builder.Property(p => p.Tries).HasDefaultValue(0);
        builder.HasOne<User>().WithMany().HasForeignKey(p => p.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(p => p.UserId, "idx_account_proofs_user_id").HasDatabaseName("idx_account_proofs_user_id");
        builder.HasIndex(p => p.ExpiresAt, "idx_account_proofs_expires_at").HasDatabaseName("idx_account_proofs_expires_at");
    }
}
