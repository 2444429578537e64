using AuthServer.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Data.Configurations;

/// <summary>
/// The key ring, the audit trail, the registered resources, the mails to send, and the memories of accepted client assertions and of
/// requests with an idempotency key.
/// </summary>
public sealed class OwnTables :
    IEntityTypeConfiguration<RingKey>, IEntityTypeConfiguration<AuditEvent>, IEntityTypeConfiguration<UsedAssertion>,
    IEntityTypeConfiguration<IdempotencyKey>, IEntityTypeConfiguration<Resource>, IEntityTypeConfiguration<OutboxMail>
{
    public void Configure(EntityTypeBuilder<RingKey> builder)
    {
        builder.ToTable("keys");
        builder.Property(k => k.Kid).HasMaxLength(64);
        builder.Property(k => k.Algorithm).HasMaxLength(16);
        builder.HasIndex(k => k.Kid, "keys_kid_key").HasDatabaseName("keys_kid_key").IsUnique();
    }

    public void Configure(EntityTypeBuilder<AuditEvent> builder)
    {
        builder.ToTable("audit_events");
        builder.Property(e => e.Kind).HasMaxLength(64);
        builder.Property(e => e.ClientId).HasMaxLength(255);
        builder.Property(e => e.IpAddress).HasMaxLength(45);
        builder.Property(e => e.UserAgent).HasMaxLength(255);
        builder.Property(e => e.Reference).HasMaxLength(16);
        builder.Property(e => e.Detail).HasMaxLength(255);
        builder.HasIndex(e => new { e.SubjectId, e.OccurredAt }, "idx_audit_subject").HasDatabaseName("idx_audit_subject");
        builder.HasIndex(e => e.OccurredAt, "idx_audit_occurred_at").HasDatabaseName("idx_audit_occurred_at");
    }

    public void Configure(EntityTypeBuilder<UsedAssertion> builder)
    {
        builder.ToTable("used_assertions");
        builder.Property(a => a.Id).HasMaxLength(64);
        builder.HasIndex(a => a.ExpiresAt, "idx_used_assertions_expires_at").HasDatabaseName("idx_used_assertions_expires_at");
    }

    public void Configure(EntityTypeBuilder<IdempotencyKey> builder)
    {
        builder.ToTable("idempotency_keys");
        builder.Property(k => k.Id).HasMaxLength(64);
        builder.Property(k => k.Fingerprint).HasMaxLength(64);
        builder.Property(k => k.Location).HasMaxLength(255);
        builder.HasIndex(k => k.ExpiresAt, "idx_idempotency_keys_expires_at").HasDatabaseName("idx_idempotency_keys_expires_at");
    }

    public void Configure(EntityTypeBuilder<Resource> builder)
    {
        builder.ToTable("resources");
        builder.Property(r => r.Identifier).HasMaxLength(250);
        builder.Property(r => r.DisplayName).HasMaxLength(200);
        builder.Property(r => r.AccessTokenSignedResponseAlg).HasMaxLength(16);
        builder.HasIndex(r => r.Identifier, "resources_identifier_key").HasDatabaseName("resources_identifier_key").IsUnique();
    }

    public void Configure(EntityTypeBuilder<OutboxMail> builder)
    {
        builder.ToTable("mail_outbox");
        builder.Property(m => m.Kind).HasMaxLength(64);
        builder.Property(m => m.LastError).HasMaxLength(512);
        builder.HasIndex(m => new { m.State, m.NextAttemptAt }, "idx_mail_outbox_due").HasDatabaseName("idx_mail_outbox_due");
        // How many mails a person got lately.
        builder.HasIndex(m => new { m.UserId, m.CreatedAt }, "idx_mail_outbox_user_id").HasDatabaseName("idx_mail_outbox_user_id");
        // The purge reads in this order.
        builder.HasIndex(m => m.ExpiresAt, "idx_mail_outbox_expires_at").HasDatabaseName("idx_mail_outbox_expires_at");
    }
}
