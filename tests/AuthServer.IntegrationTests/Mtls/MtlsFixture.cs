using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Mtls;

/// <summary>A server behind a proxy that hands certificates on in the header Client-Cert, and clients that show one.</summary>
public sealed class MtlsFixture : IAsyncLifetime
{
    public const string Header = "Client-Cert", Address = "https://mtls.auth.example.test";

    private readonly string _folder = Directory.CreateTempSubdirectory("mtls").FullName;

    internal ClientAuthority Root { get; } = new("Clients' root");

    internal ClientAuthority Intermediate { get; }

    internal X509Certificate2 SelfSigned { get; } = ClientAuthority.SelfSigned(new("CN=self"));

    internal PublishedKeys Published { get; private set; } = null!;

    internal AuthServerHost Host { get; private set; } = null!;

    public MtlsFixture() => Intermediate = new("Clients' intermediate", Root);

    public async ValueTask InitializeAsync()
    {
        Published = await PublishedKeys.StartAsync();
        var (seed, authorities) = (Path.Combine(_folder, "seed.json"), Path.Combine(_folder, "ca.pem"));
        await File.WriteAllTextAsync(authorities, Root.Pem + Intermediate.Pem);
        await File.WriteAllTextAsync(seed, new JsonObject
        {
            ["clients"] = new JsonArray(
                Named("by-subject", "tls_client_auth_subject_dn", "CN=payments\\, inc,O=Example,C=DE"),
                Named("by-dns", "tls_client_auth_san_dns", "client.example.test"),
                Named("by-uri", "tls_client_auth_san_uri", "https://client.example.test/id"),
                Named("by-ip", "tls_client_auth_san_ip", "2001:db8::7"),
                Named("by-email", "tls_client_auth_san_email", "client@example.test"),
                With(Client("self", "self_signed_tls_client_auth"), "jwks", new JsonObject { ["keys"] = new JsonArray(KeyOf(SelfSigned)) }),
                With(Client("published", "self_signed_tls_client_auth"), "jwks_uri", Published.Address.AbsoluteUri),
                With(Client("secret", "client_secret_basic"), "client_secret", Secret)),
        }.ToJsonString());
        Host = await AuthServerHost.StartAsync(
            new HostSetup(DatabaseKind.Sqlite)
            {
                SeedFile = seed,
                Settings = new Dictionary<string, string>
                {
                    ["MTLS_BASE_URL"] = Address, ["MTLS_PROXY_HEADER"] = Header, ["MTLS_CA_FILE"] = authorities,
                    ["TRUSTED_PROXIES"] = "127.0.0.1", ["OUTBOUND_ALLOWED_HOSTS"] = Published.Host, ["CLIENT_REGISTRATION"] = "open",
                },
            });
    }

    public const string Secret = "by-secret-Zr8mB2yLx6QdT4vHj7KsJf5pQ2";

    public async ValueTask DisposeAsync()
    {
        if (Host is not null) await Host.DisposeAsync();
        await Published.DisposeAsync();
        Root.Dispose();
        Intermediate.Dispose();
        SelfSigned.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A key with its certificate, as RFC 8705 section 2.2.2 registers one.</summary>
    internal static JsonObject KeyOf(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPublicKey()!;
        return ClientSigner.Ec(null, key).JwkWith(("x5c", new JsonArray(Convert.ToBase64String(certificate.RawData))));
    }

    /// <param name="header">The header Client-Cert; null: none.</param>
    internal async Task<TokenAnswer> SendAsync(
        string path, string? header, IEnumerable<(string Name, string Value)> form, string? authorization = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(form.Select(p => KeyValuePair.Create(p.Name, p.Value))),
        };
        if (header is not null) request.Headers.Add(Header, header);
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return await TokenAnswer.ReadAsync(await Host.Issuer.Http.SendAsync(request));
    }

    internal Task<TokenAnswer> TokenAsync(string clientId, string? header) =>
        SendAsync("/connect/token", header, [("grant_type", "client_credentials"), ("client_id", clientId)]);

    internal Task<TokenAnswer> TokenAsync(string clientId, X509Certificate2 certificate) =>
        TokenAsync(clientId, ClientAuthority.HeaderOf(certificate));

    internal static JsonObject With(JsonObject client, string member, JsonNode value)
    {
        client[member] = value;
        return client;
    }

    internal static JsonObject Client(string id, string method) => new()
    {
        ["client_id"] = id, ["client_name"] = id, ["token_endpoint_auth_method"] = method,
        ["grant_types"] = new JsonArray("client_credentials"),
    };

    private static JsonObject Named(string id, string member, string name) => With(Client(id, "tls_client_auth"), member, name);
}
