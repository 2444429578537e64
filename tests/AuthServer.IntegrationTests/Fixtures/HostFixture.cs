using Microsoft.Extensions.Time.Testing;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>
/// One server for the tests of a class. A suite is an abstract class with two sealed ones below it, one for each database.
/// </summary>
public abstract class HostFixture(DatabaseKind kind) : IAsyncLifetime
{
    public AuthServerHost Host { get; private set; } = null!;

    /// <summary>The server's clock: it moves only when a test moves it.</summary>
    public FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

    public Issuer Issuer => Host.Issuer;

    public virtual async ValueTask InitializeAsync() =>
        Host = await AuthServerHost.StartAsync(Prepare(new HostSetup(kind) { Time = Time }));

    /// <summary>What a fixture wants otherwise.</summary>
    protected virtual HostSetup Prepare(HostSetup setup) => setup;

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Host is not null) await Host.DisposeAsync();
    }
}

public sealed class SqliteHost() : HostFixture(DatabaseKind.Sqlite);

public sealed class PostgresHost() : HostFixture(DatabaseKind.Postgres);

/// <summary>For tests of what happens at once: waits in the server must pass by themselves.</summary>
public sealed class RealTimeSqliteHost() : HostFixture(DatabaseKind.Sqlite)
{
    protected override HostSetup Prepare(HostSetup setup) => setup with { Time = null };
}

/// <inheritdoc cref="RealTimeSqliteHost"/>
public sealed class RealTimePostgresHost() : HostFixture(DatabaseKind.Postgres)
{
    protected override HostSetup Prepare(HostSetup setup) => setup with { Time = null };
}
