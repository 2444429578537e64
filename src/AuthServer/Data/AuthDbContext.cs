using AuthServer.Data.Entities;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Data;

/// <summary>Everything that the server stores. Its two subclasses carry the migrations of their database.</summary>
public abstract class AuthDbContext(DbContextOptions options)
    : IdentityDbContext<User, IdentityRole<Guid>, Guid>(options), IDataProtectionKeyContext
{
    public DbSet<UserSession> Sessions => Set<UserSession>();

    public DbSet<RingKey> Keys => Set<RingKey>();

    public DbSet<AuditEvent> AuditEvents => Set<AuditEvent>();

    public DbSet<UsedAssertion> UsedAssertions => Set<UsedAssertion>();

    public DbSet<IdempotencyKey> IdempotencyKeys => Set<IdempotencyKey>();

    public DbSet<RecoveryCode> RecoveryCodes => Set<RecoveryCode>();

    public DbSet<RememberedDevice> RememberedDevices => Set<RememberedDevice>();

    public DbSet<Passkey> Passkeys => Set<Passkey>();

    public DbSet<ProfilePicture> ProfilePictures => Set<ProfilePicture>();

    public DbSet<OutboxMail> Mails => Set<OutboxMail>();

    public DbSet<LogoutNotice> LogoutNotices => Set<LogoutNotice>();

    public DbSet<AccountProof> Proofs => Set<AccountProof>();

    public DbSet<Client> Clients => Set<Client>();

    public DbSet<Authorization> Authorizations => Set<Authorization>();

    public DbSet<Scope> Scopes => Set<Scope>();

    public DbSet<Resource> Resources => Set<Resource>();

    public DbSet<Token> Tokens => Set<Token>();

    public DbSet<PendingAuthorization> PendingAuthorizations => Set<PendingAuthorization>();

    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTime>().HaveConversion<UtcDateTimeConverter>();
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.UseOpenIddict<Client, Authorization, Scope, Token, Guid>();
        builder.ApplyConfigurationsFromAssembly(typeof(AuthDbContext).Assembly);
    }
}
