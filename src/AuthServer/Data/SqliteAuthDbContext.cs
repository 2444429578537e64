using Microsoft.EntityFrameworkCore;

namespace AuthServer.Data;

/// <summary>The context on the embedded SQLite file.</summary>
public sealed class SqliteAuthDbContext(DbContextOptions<SqliteAuthDbContext> options) : AuthDbContext(options);
