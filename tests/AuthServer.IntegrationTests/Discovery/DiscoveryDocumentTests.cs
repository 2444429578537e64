using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Discovery;

/// <summary>OpenID Connect Discovery 1.0 section 3 and RFC 8414 section 2: what clients are told is pinned by a file.</summary>
public sealed class DiscoveryDocumentTests(UnseededHost fixture) : IClassFixture<UnseededHost>
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A change of the document is a change of the interface: replace the file by the text that the failure shows.</summary>
    [Theory]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/oauth-authorization-server")]
    public async Task The_discovery_document_is_the_pinned_one(string address)
    {
        var pinned = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Discovery", "openid-configuration.json"));
        var served = Canonical(await fixture.Issuer.GetJsonAsync(address));
        Assert.True(pinned.Trim() == served.Trim(), $"{address} serves:\n{served}");
    }

    [Theory]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/oauth-authorization-server")]
    [InlineData("/.well-known/jwks")]
    public async Task A_client_whose_issuer_ends_with_a_slash_finds_the_same_document(string path)
    {
        var (usual, doubled) = (new Uri(AuthServerHost.IssuerText + path), new Uri(AuthServerHost.IssuerText + "/" + path));
        Assert.Equal(await fixture.Issuer.Http.GetStringAsync(usual), await fixture.Issuer.Http.GetStringAsync(doubled));
    }

    [Fact]
    public async Task The_issuer_is_exactly_the_configured_one() =>
        Assert.Equal(AuthServerHost.IssuerText, (await fixture.Issuer.DiscoverAsync()).GetProperty("issuer").GetString()?.TrimEnd('/'));

    [Fact]
    public async Task Every_address_it_names_belongs_to_the_issuer()
    {
        var document = await fixture.Issuer.DiscoverAsync();
        var addresses = document.EnumerateObject().Where(p => p.Name.EndsWith("_endpoint", StringComparison.Ordinal)
            || p.Name == "jwks_uri").ToList();
        Assert.True(addresses.Count >= 7);
        Assert.All(addresses, p => Assert.StartsWith(AuthServerHost.IssuerText + "/", p.Value.GetString(), StringComparison.Ordinal));
    }

    /// <summary>RFC 7517 section 4: nothing private leaves the server.</summary>
    [Fact]
    public async Task The_key_set_holds_one_ec_and_one_rsa_key_and_nothing_private()
    {
        var uri = (await fixture.Issuer.DiscoverAsync()).GetProperty("jwks_uri").GetString()!;
        var keys = (await fixture.Issuer.GetJsonAsync(uri)).GetProperty("keys").EnumerateArray().ToList();
        Assert.Equal(
            ["EC ES256 sig", "RSA RS256 sig"], keys.Select(k => $"{k.GetProperty("kty")} {k.GetProperty("alg")} {k.GetProperty("use")}")
                .Order(StringComparer.Ordinal));
        Assert.All(
            keys, key =>
                Assert.DoesNotContain(key.EnumerateObject(), m => m.Name is "d" or "p" or "q" or "dp" or "dq" or "qi" or "oth" or "k"));
        Assert.Equal(keys.Count, keys.Select(k => k.GetProperty("kid").GetString()).Distinct().Count());
    }

    /// <summary>Lists in the document are sets: their order says nothing.</summary>
    private static string Canonical(JsonElement document) => JsonSerializer.Serialize(
        document.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.ValueKind == JsonValueKind.Array
            ? (object)p.Value.EnumerateArray().Select(v => v.GetString()).Order(StringComparer.Ordinal)
            : p.Value),
        Indented);
}

/// <summary>With the scopes of every installation, and none of the tests'.</summary>
public sealed class UnseededHost() : HostFixture(DatabaseKind.Sqlite)
{
    protected override HostSetup Prepare(HostSetup setup) => setup with { SeedFile = null };
}
