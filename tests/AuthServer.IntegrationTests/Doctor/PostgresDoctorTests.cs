using System.Diagnostics;
using AuthServer.Configuration;
using AuthServer.Data.Checks;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Doctor;

/// <summary>`AuthServer doctor` about PostgreSQL itself: the way to it, its certificate, its files.</summary>
public sealed class PostgresDoctorTests(TlsPostgres server) : IClassFixture<TlsPostgres>
{
    private static readonly string[] Here = ["localhost", "127.0.0.1"];

    [Fact]
    public async Task A_checked_connection_and_its_certificates_are_good()
    {
        await server.ShowAsync(server.Authority.Issue("database", Here, days: 90));
        var own = server.Own(server.Authority.Issue("certified", [], days: 20));
        var database = await server.Cluster.CreateDatabaseAsync();
        var url = server.Url("certified", "localhost", $"sslmode=verify-full&sslrootcert={server.RootPath}{own}", database);
        Assert.Equal(0, (await ServerProcess.RunAsync([("DATABASE_URL", url)], "migrate")).ExitCode);
        var run = await RunAsync(url);
        run.Has("Database", "ok", "version 15.");
        run.Has("Database", "ok", "its clock differs");
        run.Has("Database TLS", "ok", "TLSv1.3, and the certificate is checked");
        run.Has("Database TLS", "ok", "the certificate of PostgreSQL is valid until");
        run.Has("Database TLS", "warning", "client0.pem is valid until");
        run.Has("Encryption", "warning", "data_checksums is off");
        run.Has("Encryption", "skipped", "PostgreSQL cannot tell whether its volume is encrypted");
        run.Has("Encryption", "ok", "is closed to other users");
        run.Has("Keys", "skipped", "the ring is empty");
    }

    [Fact]
    public async Task A_certificate_that_ends_soon_or_is_not_trusted_is_told()
    {
        await server.ShowAsync(server.Authority.Issue("database", Here, days: 5));
        var run = await RunAsync(server.Url("app", "localhost", $"sslmode=verify-full&sslrootcert={server.RootPath}"));
        run.Has("Database TLS", "wrong", "the certificate of PostgreSQL is valid until");
        run.Has("Database", "wrong", "the schema lacks");
        await server.ShowAsync(server.Authority.Issue("database", ["db.example.com"], days: 90));
        run = await RunAsync(server.Url("app", "localhost", $"sslmode=verify-full&sslrootcert={server.RootPath}"));
        run.Has("Database", "wrong", "the TLS certificate of the database cannot be verified");
        run.Has("Database TLS", "wrong", "is for db.example.com, not for localhost");
        run.Has("Keys", "skipped", "the database cannot be asked");
    }

    [Fact]
    public async Task A_database_that_takes_no_writes_or_few_connections_is_told()
    {
        await server.ShowAsync(server.Authority.Issue("database", Here));
        var database = await server.Cluster.CreateDatabaseAsync();
        await server.Cluster.ExecuteAsync("postgres", $"ALTER DATABASE {database} SET default_transaction_read_only = on");
        (await RunAsync(server.Url("app", "localhost", "sslmode=require", database))).Has("Database", "wrong", "it takes no writes");
        var few = DatabaseCheck.Connections(40, 50);
        Assert.Equal("it takes 40 connections, and one server may open 50", few?.What);
    }

    [Fact]
    public async Task A_data_directory_that_others_may_enter_is_told()
    {
        await server.ShowAsync(server.Authority.Issue("database", Here));
        if (OperatingSystem.IsWindows()) return;
        var mode = File.GetUnixFileMode(server.Cluster.Data);
        File.SetUnixFileMode(server.Cluster.Data, mode | UnixFileMode.OtherExecute);
        try
        {
            var run = await RunAsync(server.Url("app", "localhost", "sslmode=require"));
            Assert.Equal($"chmod o= {server.Cluster.Data}", run.Has("Encryption", "wrong", "is open to other users").Cure);
        }
        finally
        {
            File.SetUnixFileMode(server.Cluster.Data, mode);
        }
    }

    [Fact]
    public async Task An_unreachable_database_is_told_within_seconds_and_without_its_password()
    {
        // Of the addresses for documentation (RFC 5737): nothing answers there, not even a refusal.
        foreach (var host in new[] { "127.0.0.1:1", "192.0.2.1:5432" })
        {
            var began = Stopwatch.StartNew();
            var run = await RunAsync($"postgresql://app:hunter2@{host}/auth");
            run.Has("Database", "wrong", $"the database cannot be reached ({host})");
            Assert.Equal(1, run.ExitCode);
            Assert.True(began.Elapsed < TimeSpan.FromSeconds(60), began.Elapsed.ToString());
        }
    }

    private static Task<DoctorRun> RunAsync(string url) => DoctorRun.OfAsync(
        [("DATABASE_URL", url), ("SECRET_KEY", SecretText.New()), ("JWT_SECRET", SecretText.New()),
            ("API_BASE_URL", "https://id.example.com"), ("ASPNETCORE_URLS", "http://localhost:5080")]);
}
