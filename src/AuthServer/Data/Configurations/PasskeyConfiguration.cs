using AuthServer.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Data.Configurations;

/// <summary>The table <c>passkeys</c>, which goes with its person.</summary>
public sealed class PasskeyConfiguration : IEntityTypeConfiguration<Passkey>
{
    public void Configure(EntityTypeBuilder<Passkey> builder)
    {
        builder.ToTable("passkeys");
        // WebAuthn Level 3 section 4, credential ID.
        builder.Property(p => p.CredentialId).HasMaxLength(1023);
        builder.Property(p => p.Name).HasMaxLength(100);
        builder.Property(p => p.Transports).HasMaxLength(100);
        builder.HasOne<User>().WithMany().HasForeignKey(p => p.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(p => p.CredentialId, "passkeys_credential_id_key").HasDatabaseName("passkeys_credential_id_key").IsUnique();
        builder.HasIndex(p => p.UserId, "idx_passkeys_user_id").HasDatabaseName("idx_passkeys_user_id");
    }
}
