using System.Net;
using AuthServer.Clients;
using AuthServer.Clients.Documents;
using AuthServer.Clients.Profiles;
using AuthServer.Clients.Registration;
using AuthServer.Configuration;
using AuthServer.Data;
using AuthServer.Data.Sql;
using AuthServer.Keys;
using AuthServer.Outbound;
using AuthServer.Seeding;
using AuthServer.Sessions;
using AuthServer.Telemetry;
using AuthServer.Users.Administration;
using AuthServer.Users.Passwords;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.UnitTests.Clients;

/// <summary>An empty database in memory with the rooms that need one, and a count of the statements.</summary>
public sealed class MemoryDatabase : IAsyncDisposable
{
    private readonly SqliteConnection _connection = new($"Data Source={Guid.CreateVersion7():N};Mode=Memory;Cache=Shared");
    private readonly StatementCount _statements = new();
    private readonly ServiceProvider _provider;

    public MemoryDatabase()
    {
        _connection.Open();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton(new IssuerOptions { Issuer = new("http://localhost:5080") });
        services.AddSingleton(new SecretOptions { SecretKey = new byte[32] });
        services.AddSingleton(new SecurityProfileOptions());
        services.AddSingleton(new PasswordOptions());
        services.AddSingleton(provider => new PasswordPolicy(provider.GetRequiredService<PasswordOptions>()));
        services.AddSingleton<Argon2PasswordHasher>();
        services.AddDbContext<AuthDbContext, SqliteAuthDbContext>(
            o => o.UseSqlite(_connection).UseSnakeCaseNamingConvention().AddInterceptors(_statements));
        services.AddSingleton(new SqlRunner(SqliteFactory.Instance.CreateDataSource(_connection.ConnectionString), _statements));
        services.AddClients();
        services.AddSingleton<SeedFileReader>();
        services.AddScoped<SeedUsers>();
        services.AddScoped<SeedMarks>();
        services.AddScoped<SeedRemovals>();
        services.AddScoped<ClientCreation>();
        services.AddScoped<SeedRun>();
        services.AddMetrics();
        services.AddSingleton<AuthMeter>();
        services.AddSingleton<NoticeSignal>();
        services.AddScoped<SessionEnding>();
        services.AddScoped<ClientDeletion>();
        services.AddSingleton(new ClientDocumentOptions());
        services.AddSingleton(new OutboundOptions());
        services.AddSingleton(provider => new SafeHttp(
            provider.GetRequiredService<OutboundOptions>(), (_, _) => Task.FromResult<IPAddress[]>([]), Time));
        services.AddSingleton(new ClientRegistrationOptions());
        services.AddSingleton(new SoftwareStatementOptions());
        services.AddScoped<RoomForClients>();
        services.AddScoped<UserRemoval>();
        services.AddOpenIddict().AddCore(core => core.UseEntityFrameworkCore().UseDbContext<AuthDbContext>()
            .ReplaceDefaultEntities<Data.Entities.Client, Data.Entities.Authorization, Data.Entities.Scope, Data.Entities.Token, Guid>())
            .AddCore(core => core.UseClientCache());
        _provider = services.BuildServiceProvider();
        using var scope = Scope();
        scope.ServiceProvider.GetRequiredService<AuthDbContext>().Database.EnsureCreated();
        // A table and an index that only migrations make.
        using var marks = _connection.CreateCommand();
        marks.CommandText =
            "CREATE TABLE seed_marks (entry TEXT PRIMARY KEY, key_mark INTEGER, content TEXT, secret TEXT, applied_at TEXT);"
            + Data.Migrations.Sqlite.SessionsOfClients.Index;
        marks.ExecuteNonQuery();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    public IServiceProvider Services => _provider;

    public int Statements => _statements.Count;

    /// <summary>How many rows the statement of the object mapper read that read most.</summary>
    public int LargestRead => _statements.LargestRead;

    public IServiceScope Scope() => _provider.CreateScope();

    /// <summary>Runs in a scope of its own.</summary>
    public async Task<T> WithAsync<T>(Func<IServiceProvider, Task<T>> act)
    {
        using var scope = Scope();
        return await act(scope.ServiceProvider);
    }

    public Task<T> DbAsync<T>(Func<AuthDbContext, Task<T>> act) => WithAsync(p => act(p.GetRequiredService<AuthDbContext>()));

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private sealed class StatementCount : DbCommandInterceptor, ISqlObserver
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public int LargestRead { get; private set; }

        public void Runs(string sql, bool alone) => Interlocked.Increment(ref _count);

        public void Commits()
        {
        }

        public override InterceptionResult DataReaderDisposing(
            System.Data.Common.DbCommand command, DataReaderDisposingEventData eventData, InterceptionResult result)
        {
            LargestRead = Math.Max(LargestRead, eventData.ReadCount);
            return base.DataReaderDisposing(command, eventData, result);
        }

        public override ValueTask<InterceptionResult<System.Data.Common.DbDataReader>> ReaderExecutingAsync(
            System.Data.Common.DbCommand command, CommandEventData eventData, InterceptionResult<System.Data.Common.DbDataReader> result,
            CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _count);
            return base.ReaderExecutingAsync(command, eventData, result, cancellationToken);
        }
    }
}
