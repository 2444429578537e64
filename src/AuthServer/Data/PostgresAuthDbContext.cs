using AuthServer.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Data;

/// <summary>The context on PostgreSQL: the database's own defaults make the specified columns alone a valid row.</summary>
public sealed class PostgresAuthDbContext(DbContextOptions<PostgresAuthDbContext> options) : AuthDbContext(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTime>().HaveColumnType("timestamp without time zone");
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<User>(user =>
        {
            user.Property(u => u.Id).HasDefaultValueSql("gen_random_uuid()");
            user.Property(u => u.CreatedAt).HasDefaultValueSql("now()");
            user.Property(u => u.UpdatedAt).HasDefaultValueSql("now()");
            user.Property(u => u.SecurityStamp).HasDefaultValueSql("gen_random_uuid()::text");
            user.Property(u => u.ConcurrencyStamp).HasDefaultValueSql("gen_random_uuid()::text");
            user.Property(u => u.Claims).HasColumnType("jsonb");
            // Serves LIKE 'prefix%' whatever the collation of the database is.
            user.HasIndex(u => u.NormalizedEmail, "idx_users_email_key_prefix").HasDatabaseName("idx_users_email_key_prefix")
                .HasOperators("varchar_pattern_ops");
        });
        builder.Entity<UserSession>(session =>
        {
            // A rotation is an in-place update as long as its page has room for the new row version.
            session.HasStorageParameter("fillfactor", 80);
            session.Property(s => s.Id).HasDefaultValueSql("gen_random_uuid()");
            session.Property(s => s.CreatedAt).HasDefaultValueSql("now()");
        });
    }
}
