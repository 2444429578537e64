namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>
/// A PostgreSQL that speaks TLS. The user "app" needs TLS, "certified" a certificate of its name, and "postgres" nothing.
/// </summary>
public sealed class TlsPostgres : IAsyncLifetime
{
    private const string Rules = """
        hostssl all app 127.0.0.1/32 trust
        hostssl all certified 127.0.0.1/32 cert
        host all postgres 127.0.0.1/32 trust
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("authserver-tls-").FullName;
    private int _certificates;

    public PostgresCluster Cluster { get; private set; } = null!;

    internal TestAuthority Authority { get; } = new("database authority");

    public string RootPath { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Cluster = await PostgresCluster.StartAsync(durable: false);
        RootPath = Authority.WriteRoot(_folder);
        await Cluster.ExecuteAsync("postgres", "CREATE ROLE app LOGIN SUPERUSER");
        await Cluster.ExecuteAsync("postgres", "CREATE ROLE certified LOGIN SUPERUSER");
        await Cluster.WriteAsync("pg_hba.conf", Rules);
        await Cluster.WriteAsync("clients.pem", Authority.Pem);
        foreach (var setting in new[]
            { "ssl = on", "ssl_cert_file = 'server.pem'", "ssl_key_file = 'server.key'", "ssl_ca_file = 'clients.pem'" })
            await Cluster.ExecuteAsync("postgres", "ALTER SYSTEM SET " + setting);
    }

    /// <summary>The next connections get this certificate.</summary>
    public async Task ShowAsync((string Certificate, string PrivateKey) pair)
    {
        await Cluster.WriteAsync("server.pem", pair.Certificate);
        await Cluster.WriteAsync("server.key", pair.PrivateKey);
        await Cluster.ReloadAsync();
        // The signal takes a moment to arrive.
        var wanted = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(pair.Certificate).SerialNumber;
        await Eventually.UntilAsync("PostgreSQL shows its certificate", async () => await SerialAsync() == wanted);
    }

    /// <summary>Files of a client's certificate, as the query of an address names them.</summary>
    internal string Own((string Certificate, string PrivateKey) pair)
    {
        var (certificate, privateKey) = TestAuthority.Write(_folder, $"client{_certificates++}", pair);
        return $"&sslcert={certificate}&sslkey={privateKey}";
    }

    public string Url(string user, string host, string query, string database = "postgres") =>
        $"postgresql://{user}:hunter2@{host}:{Cluster.Port}/{database}?{query}";

    public ValueTask DisposeAsync()
    {
        Cluster.Dispose();
        Authority.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task<string?> SerialAsync()
    {
        string? serial = null;
        var source = new Npgsql.NpgsqlDataSourceBuilder(Cluster.ConnectionString("postgres") + ";SSL Mode=Require");
        source.UseSslClientAuthenticationOptionsCallback(options => options.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            serial = certificate!.GetSerialNumberString();
            return true;
        });
        await using var built = source.Build();
        try
        {
            await using var connection = await built.OpenConnectionAsync();
        }
        catch (Npgsql.NpgsqlException)
        {
            // TLS is not on yet.
        }
        return serial;
    }
}
