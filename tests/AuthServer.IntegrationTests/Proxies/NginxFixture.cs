using System.Net;
using System.Net.NetworkInformation;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Proxies;

/// <summary>Two replicas on PostgreSQL and two servers under a path, as processes, behind one nginx with several ports.</summary>
public sealed class NginxFixture : IAsyncLifetime
{
    /// <summary>Where the callers' connections come from; the proxies connect from two other addresses of the machine.</summary>
    public const string CallerAddress = "127.0.0.9";

    private const string OuterAddress = "127.0.0.2", InnerAddress = "127.0.0.3";

    private readonly TestAuthority _authority = new("Proxy CA");
    private readonly List<ServerProcess> _servers = [];
    private readonly List<TestDatabase> _databases = [];
    private readonly int _inner = FreePorts.Next();

    /// <summary>The port of the nginx that ends TLS and asks the replicas.</summary>
    public int Edge { get; } = FreePorts.Next();

    /// <summary>The port of an nginx in front of another one.</summary>
    public int Outer { get; } = FreePorts.Next();

    internal Nginx Proxy { get; private set; } = null!;

    internal TestDatabase Database => _databases[0];

    /// <summary>Host and port of each, as nginx writes them.</summary>
    public IReadOnlyList<string> Replicas { get; private set; } = [];

    /// <summary>Connections of the inner proxy to a port that are open now.</summary>
    public static int OpenConnections(int port) => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections().Count(c =>
        c.State == TcpState.Established && c.LocalEndPoint.Address.Equals(IPAddress.Parse(InnerAddress)) && c.RemoteEndPoint.Port == port);

    public Issuer At(int port, string path = "") => new(new Uri($"https://localhost:{port}{path}"), Connect);

    public async ValueTask InitializeAsync()
    {
        _databases.Add(await TestDatabase.CreateAsync(DatabaseKind.Postgres, migrated: true));
        // All servers behind one nginx have one issuer, as far as they are one installation; the chain has a port of its own here alone.
        var first = await StartAsync($"https://localhost:{Edge}", _databases[0], seed: true);
        var second = await StartAsync($"https://localhost:{Edge}", _databases[0], seed: false);
        Replicas = [first, second];
        var kept = await StartOnSqliteAsync($"https://localhost:{Edge}/auth");
        var stripped = await StartOnSqliteAsync($"https://localhost:{Edge}/stripped");
        Proxy = await Nginx.StartAsync(Configuration(kept, stripped), Edge, _authority.Issue("localhost", ["localhost"]));
    }

    public async ValueTask DisposeAsync()
    {
        Proxy?.Dispose();
        foreach (var server in _servers) await server.DisposeAsync();
        foreach (var database in _databases) database.Dispose();
        _authority.Dispose();
    }

    // The blocks of the document: replicas and TLS, the lines behind a further proxy, and the locations of a path.
    private string Configuration(string kept, string stripped)
    {
        var (main, chained, path) = (Nginx.Documented[0], Nginx.Documented[1], Nginx.Documented[2]);
        var edge = Change(Change(Change(main, "10.0.0.11:5080", Replicas[0]), "10.0.0.12:5080", Replicas[1]),
            "listen 443 ssl http2;", $"listen 127.0.0.1:{Edge} ssl http2;");
        edge = Change(edge, "server_name id.example.com;", "server_name localhost;");
        edge = Change(Change(edge, "/etc/ssl/id.example.com.pem", "{folder}/cert.pem"), "/etc/ssl/id.example.com.key", "{folder}/key.pem");
        edge = Change(edge, "proxy_http_version 1.1;", $"proxy_http_version 1.1; proxy_bind {InnerAddress};");
        var server = edge[edge.IndexOf("\nserver {", StringComparison.Ordinal)..];
        var outer = Change(server, $":{Edge} ", $":{Outer} ");
        outer = Change(Change(outer, "http://authserver", $"http://127.0.0.1:{_inner}"), InnerAddress, OuterAddress);
        // The same without TLS, and with the document's lines for one behind another.
        var inner = Change(server, $":{Edge} ssl http2;", $":{_inner};");
        inner = string.Join('\n', inner.Split('\n').Where(line => !line.Contains("ssl_certificate", StringComparison.Ordinal)));
        inner = Change(
            Change(inner, "proxy_set_header X-Forwarded-For $remote_addr;", ""), "proxy_set_header X-Forwarded-Proto $scheme;", chained);
        var paths = Change(path, "http://authserver", $"http://{kept}")
            + $"location /stripped/ {{ proxy_pass http://{stripped}/; }}";
        return edge[..edge.LastIndexOf('}')] + paths + "}\n" + outer + inner;
    }

    private static string Change(string text, string from, string to)
    {
        Assert.Contains(from, text, StringComparison.Ordinal);
        return text.Replace(from, to, StringComparison.Ordinal);
    }

    private async Task<string> StartOnSqliteAsync(string issuer)
    {
        _databases.Add(await TestDatabase.CreateAsync(DatabaseKind.Sqlite));
        return await StartAsync(issuer, _databases[^1], seed: true);
    }

    private async Task<string> StartAsync(string issuer, TestDatabase database, bool seed)
    {
        var address = ServerProcess.FreeAddress();
        var settings = new Dictionary<string, string>(database.Settings)
        {
            ["API_BASE_URL"] = issuer,
            ["ASPNETCORE_URLS"] = address,
            ["TRUSTED_PROXIES"] = $"{OuterAddress},{InnerAddress}",
            ["SECRET_KEY"] = AuthServerHost.SecretKey,
            ["JWT_SECRET"] = AuthServerHost.JwtSecret,
        };
        if (seed) settings["AUTHSERVER_SEED"] = Seed.File;
        _servers.Add(ServerProcess.Start(settings.Select(s => (s.Key, s.Value))));
        await _servers[^1].ReadyAsync(address);
        return address["http://".Length..];
    }

    private Http2 Connect() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            CertificateChainPolicy = new()
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { X509Certificate2.CreateFromPem(_authority.Pem) },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(CallerAddress), 0));
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    private sealed class Http2(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
