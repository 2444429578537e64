using System.Security.Cryptography;
using AuthServer.Configuration;
using AuthServer.Data.Sql;
using AuthServer.Keys;
using AuthServer.Keys.Outside;
using AuthServer.UnitTests.Clients;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.UnitTests.Keys;

/// <summary>A key ring on a database in memory, with a clock of its own.</summary>
internal sealed class TestRing : IAsyncDisposable
{
    private readonly MemoryDatabase _database = new();

    private TestRing() =>
        Ring = new(
            _database.Services.GetRequiredService<SqlRunner>(), Keys,
            new OutsideKeys(new(), [], _database.Time, NullLogger<OutsideKeys>.Instance), _database.Time, NullLogger<KeyRing>.Instance);

    public RingKeys Keys { get; } = new(new SecretOptions { JwtSecret = RandomNumberGenerator.GetBytes(32) });

    public KeyRing Ring { get; }

    public FakeTimeProvider Time => _database.Time;

    public IssuerOptions Issuer { get; } = new() { Issuer = new("https://id.example.test") };

    /// <summary>A ring with one active key of each algorithm.</summary>
    public static async Task<TestRing> CreateAsync()
    {
        var ring = new TestRing();
        foreach (var algorithm in RingKeys.Algorithms) await ring.AddAsync(algorithm, TimeSpan.Zero);
        return ring;
    }

    /// <param name="activeIn">From now; the former keys of the algorithm retire then.</param>
    /// <param name="maker">Null: the secret of this ring.</param>
    public async Task<string> AddAsync(string algorithm, TimeSpan activeIn, RingKeys? maker = null)
    {
        var now = Time.GetUtcNow().UtcDateTime;
        var key = (maker ?? Keys).Make(algorithm, now, now + activeIn);
        await _database.DbAsync(async db =>
        {
            foreach (var old in await db.Keys.Where(k => k.Algorithm == algorithm && k.RetiredAt == null).ToListAsync())
            {
                old.RetiredAt = now + activeIn;
            }
            db.Keys.Add(key);
            return await db.SaveChangesAsync();
        });
        await Ring.RefreshAsync(default);
        return key.Kid;
    }

    public async Task RemoveAsync(string kid)
    {
        await _database.DbAsync(db => db.Keys.Where(k => k.Kid == kid).ExecuteDeleteAsync());
        await Ring.RefreshAsync(default);
    }

    public async Task AdvanceAsync(TimeSpan time)
    {
        Time.Advance(time);
        await Ring.RefreshAsync(default);
    }

    public async ValueTask DisposeAsync()
    {
        Ring.Dispose();
        await _database.DisposeAsync();
    }
}
