using System.Net;
using AuthServer.Data;
using AuthServer.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>What a test wants of its server.</summary>
public sealed record HostSetup(DatabaseKind Database)
{
    /// <summary>Null: the machine's clock.</summary>
    public TimeProvider? Time { get; init; }

    /// <summary>Settings beside the usual ones, or instead of them.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Null: no clients and no people.</summary>
    public string? SeedFile { get; init; } = Seed.File;

    public string Environment { get; init; } = "Production";

    public bool Migrated { get; init; } = true;

    /// <summary>
    /// Whether it finds no keys, clients and people, as at the first start of all; otherwise it has copies of the usual ones.
    /// </summary>
    public bool Fresh { get; init; }

    public Action<IServiceCollection>? Services { get; init; }
}

/// <summary>The whole server in the process of the tests, on its own database, spoken to over HTTP in memory.</summary>
public sealed class AuthServerHost : WebApplicationFactory<WebHost>
{
    public const string IssuerText = "https://auth.example.test";

    /// <summary>The secret that the database file of each host is encrypted with.</summary>
    public const string SecretKey = "fLZ5hSgx0wXH8ygk0qkBAlrRX8sYNiB1/2uMGDtYqdA=";

    public const string JwtSecret = "M4Cz2X5M0Gm1gd5Zw8pOKfyoHG1L2pnG9bgkDZqvS9Y=";

    private readonly HostSetup _setup;

    private AuthServerHost(HostSetup setup, TestDatabase database)
    {
        (_setup, Database) = (setup, database);
        Issuer = new Issuer(new Uri(setup.Settings.GetValueOrDefault("API_BASE_URL", IssuerText)), () => Server.CreateHandler());
    }

    public TestDatabase Database { get; }

    /// <summary>The server as its clients see it.</summary>
    public Issuer Issuer { get; }

    public SqlCounter Sql { get; } = new();

    public static async Task<AuthServerHost> StartAsync(HostSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var host = new AuthServerHost(setup, await TestDatabase.CreateAsync(setup.Database, DatabaseTemplate.For(setup)));
        try
        {
            // The first access starts the server, and waits for it on this thread.
            await Task.Run(() => host.Services);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the server, and leaves the database.</summary>
    public async Task<TestDatabase> LeaveAsync()
    {
        await base.DisposeAsync();
        return Database;
    }

    public Browser NewBrowser() => new(Issuer);

    /// <summary>By the server's clock.</summary>
    public DateTimeOffset Now => (_setup.Time ?? TimeProvider.System).GetUtcNow();

    /// <summary>Runs against the server's own context.</summary>
    public async Task<T> WithDatabaseAsync<T>(Func<AuthDbContext, Task<T>> use)
    {
        ArgumentNullException.ThrowIfNull(use);
        await using var context = Database.OpenContext();
        return await use(context);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Database.Dispose();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        var settings = new Dictionary<string, string>(Database.Settings)
        {
            ["API_BASE_URL"] = IssuerText,
            ["SECRET_KEY"] = SecretKey,
            ["JWT_SECRET"] = JwtSecret,
            // The threads of this process run tests too.
            ["OVERLOAD_QUEUE_MILLISECONDS"] = "0",
            // Tests about limits set them; the others must not meet them.
            ["SIGNIN_FAILURES_PER_ACCOUNT"] = "100000",
            ["SIGNIN_FAILURES_PER_ADDRESS"] = "100000",
            ["CLIENT_AUTHENTICATION_FAILURES"] = "100000",
            ["SIGNINS_PER_ADDRESS_PER_MINUTE"] = "100000",
            ["REGISTRATIONS_PER_ADDRESS_PER_HOUR"] = "100000",
        };
        if (_setup.SeedFile is { } seed) settings["AUTHSERVER_SEED"] = seed;
        foreach (var (key, value) in _setup.Settings) settings[key] = value;
        foreach (var (key, value) in settings) builder.UseSetting(key, value);

        builder.UseEnvironment(_setup.Environment);
        builder.ConfigureTestServices(services =>
        {
            services.UseQuietLogs();
            if (_setup.Time is { } time) services.Replace(ServiceDescriptor.Singleton(time));
            services.ConfigureDbContext<SqliteAuthDbContext>(options => options.AddInterceptors(Sql.Commands, Sql.Transactions));
            services.ConfigureDbContext<PostgresAuthDbContext>(options => options.AddInterceptors(Sql.Commands, Sql.Transactions));
            services.AddSingleton(Sql.Runner);
            services.AddSingleton<IStartupFilter>(new RequestFrame(Sql));
            _setup.Services?.Invoke(services);
        });
    }

    /// <summary>Outermost: requests in memory have no caller's address, and statements are counted per request.</summary>
    private sealed class RequestFrame(SqlCounter sql) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (http, rest) =>
            {
                http.Connection.RemoteIpAddress ??= IPAddress.Loopback;
                using (sql.Begin()) await rest(http);
            });
            next(app);
        };
    }
}
