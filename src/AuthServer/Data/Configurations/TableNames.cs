using AuthServer.Data.Entities;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Data.Configurations;

/// <summary>Names and indexes of the tables whose shape is a library's.</summary>
public sealed class TableNames :
    IEntityTypeConfiguration<IdentityRole<Guid>>,
    IEntityTypeConfiguration<IdentityRoleClaim<Guid>>,
    IEntityTypeConfiguration<IdentityUserClaim<Guid>>,
    IEntityTypeConfiguration<IdentityUserLogin<Guid>>,
    IEntityTypeConfiguration<IdentityUserRole<Guid>>,
    IEntityTypeConfiguration<Client>,
    IEntityTypeConfiguration<Authorization>,
    IEntityTypeConfiguration<Scope>,
    IEntityTypeConfiguration<Token>,
    IEntityTypeConfiguration<DataProtectionKey>
{
    public void Configure(EntityTypeBuilder<IdentityRole<Guid>> builder)
    {
        builder.ToTable("roles");
        foreach (var index in builder.Metadata.GetIndexes().ToList()) builder.Metadata.RemoveIndex(index);
        builder.HasIndex(r => r.NormalizedName, "roles_normalized_name_key").HasDatabaseName("roles_normalized_name_key").IsUnique();
    }

    public void Configure(EntityTypeBuilder<IdentityRoleClaim<Guid>> builder) => builder.ToTable("role_claims");

    public void Configure(EntityTypeBuilder<IdentityUserClaim<Guid>> builder) => builder.ToTable("user_claims");

    public void Configure(EntityTypeBuilder<IdentityUserLogin<Guid>> builder)
    {
        builder.ToTable("user_logins");
        // Since when the sign-in leads into the account, in UTC.
        builder.Property<DateTime?>("CreatedAt");
    }

    public void Configure(EntityTypeBuilder<IdentityUserRole<Guid>> builder) => builder.ToTable("user_roles");

    public void Configure(EntityTypeBuilder<Client> builder) => builder.ToTable("clients");

    public void Configure(EntityTypeBuilder<Authorization> builder) => builder.ToTable("authorizations");

    public void Configure(EntityTypeBuilder<Scope> builder) => builder.ToTable("scopes");

    public void Configure(EntityTypeBuilder<Token> builder)
    {
        builder.ToTable("tokens");
        // The purge reads in this order.
        builder.HasIndex(t => t.ExpirationDate, "idx_tokens_expiration_date").HasDatabaseName("idx_tokens_expiration_date");
    }

    public void Configure(EntityTypeBuilder<DataProtectionKey> builder) => builder.ToTable("data_protection_keys");
}
