using Microsoft.EntityFrameworkCore;

namespace AuthServer.LoadTests.Stock;

/// <summary>The library's tables and people.</summary>
internal sealed class StockContext(DbContextOptions<StockContext> options) : DbContext(options)
{
    public DbSet<StockUser> Users => Set<StockUser>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.Entity<StockUser>().HasIndex(u => u.NormalizedEmail).IsUnique();
}

internal sealed class StockUser
{
    public Guid Id { get; set; }

    public required string Email { get; set; }

    public required string NormalizedEmail { get; set; }

    public string PasswordHash { get; set; } = "";
}
