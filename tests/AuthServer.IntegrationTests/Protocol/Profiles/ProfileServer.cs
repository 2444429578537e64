using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Mtls;

namespace AuthServer.IntegrationTests.Protocol.Profiles;

/// <summary>A server with clients of every security profile, behind a proxy that hands their certificates on.</summary>
public abstract class ProfileServer(DatabaseKind kind) : HostFixture(kind)
{
    public const string Secret = "profile-secret-Zr8mB2yLx6QdT4vHj7KsJf5pQ2";

    /// <summary>The clients of FAPI 2.0: how they authenticate, and what binds their tokens.</summary>
    public static readonly IReadOnlyList<string> Fapi = ["jwt-dpop", "jwt-mtls", "mtls-dpop", "mtls-mtls"];

    private readonly string _seed = Path.Combine(Path.GetTempPath(), $"seed-{Guid.CreateVersion7():N}.json");

    internal ClientSigner Signer { get; } = ClientSigner.Ec("k1");

    internal ClientSigner Rsa { get; } = ClientSigner.Rsa("k2");

    internal ClientSigner OtherSigner { get; } = ClientSigner.Ec("k3");

    internal X509Certificate2 Certificate { get; } = ClientAuthority.SelfSigned(new("CN=fapi"));

    internal X509Certificate2 OtherCertificate { get; } = ClientAuthority.SelfSigned(new("CN=other"));

    /// <summary>An app that authenticates and proves as it is registered.</summary>
    internal FapiApp App(string clientId)
    {
        var byCertificate = clientId.StartsWith("mtls", StringComparison.Ordinal);
        return new(this, clientId)
        {
            Signer = byCertificate ? null : clientId == "other" ? OtherSigner : Signer,
            Certificate = byCertificate || clientId.EndsWith("mtls", StringComparison.Ordinal) ? Certificate : null,
            Key = clientId.EndsWith("mtls", StringComparison.Ordinal) ? null : new ProofKey(Time),
        };
    }

    public static string RedirectOf(string clientId) => $"https://{clientId}.example.test/cb";

    public async Task<Browser> SignedInAsync()
    {
        var browser = Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        return browser;
    }

    protected override HostSetup Prepare(HostSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        JsonObject keys = new() { ["keys"] = new JsonArray(Signer.Jwk.DeepClone(), Rsa.Jwk.DeepClone()) },
            certificates = new() { ["keys"] = new JsonArray(MtlsFixture.KeyOf(Certificate)) };
        File.WriteAllText(_seed, new JsonObject
        {
            ["clients"] = new JsonArray(
                Client("jwt-dpop", "fapi2", "private_key_jwt", keys),
                With(Client("jwt-mtls", "fapi2", "private_key_jwt", keys), "tls_client_certificate_bound_access_tokens", true),
                Client("mtls-dpop", "fapi2", "self_signed_tls_client_auth", certificates),
                With(
                    Client("mtls-mtls", "fapi2", "self_signed_tls_client_auth", certificates),
                    "tls_client_certificate_bound_access_tokens", true),
                Client("other", "fapi2", "private_key_jwt", new() { ["keys"] = new JsonArray(OtherSigner.Jwk.DeepClone()) }),
                Client("signing", "fapi2-message-signing", "private_key_jwt", keys),
                With(Client("old", "oidc-basic", "client_secret_basic", null), "client_secret", Secret),
                With(Client("modern", "oauth2.1", "client_secret_basic", null), "client_secret", Secret),
                With(Client("unnamed", null, "client_secret_basic", null), "client_secret", Secret)),
            ["users"] = new JsonArray(new JsonObject
            {
                ["email"] = Seed.Alice.Email, ["password"] = Seed.Alice.Password, ["first_name"] = "Alice", ["last_name"] = "Archer",
            }),
        }.ToJsonString());
        return setup with
        {
            SeedFile = _seed,
            Settings = new Dictionary<string, string>
            {
                ["MTLS_BASE_URL"] = MtlsFixture.Address, ["MTLS_PROXY_HEADER"] = MtlsFixture.Header, ["TRUSTED_PROXIES"] = "127.0.0.1",
                ["PUSHED_REQUEST_LIFETIME"] = "600s",
            },
        };
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        File.Delete(_seed);
        Certificate.Dispose();
        OtherCertificate.Dispose();
        GC.SuppressFinalize(this);
    }

    private static JsonObject With(JsonObject client, string member, JsonNode value)
    {
        client[member] = value;
        return client;
    }

    private static JsonObject Client(string clientId, string? profile, string method, JsonObject? keys)
    {
        var client = new JsonObject
        {
            ["client_id"] = clientId, ["token_endpoint_auth_method"] = method, ["trusted"] = true,
            ["grant_types"] = new JsonArray("authorization_code", "refresh_token", "client_credentials"),
            ["redirect_uris"] = new JsonArray(RedirectOf(clientId)),
            ["scope"] = "openid profile email offline_access",
        };
        if (profile is not null) client["security_profile"] = profile;
        if (keys is not null) client["jwks"] = keys.DeepClone();
        return client;
    }

    public sealed class OnSqlite() : ProfileServer(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : ProfileServer(DatabaseKind.Postgres);
}
