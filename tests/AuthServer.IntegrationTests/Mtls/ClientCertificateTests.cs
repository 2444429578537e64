using System.Net;
using System.Security.Cryptography.X509Certificates;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Mtls;

/// <summary>Clients that authenticate by certificate: RFC 8705 section 2, and RFC 9440.</summary>
public sealed class ClientCertificateTests(MtlsFixture fixture) : IClassFixture<MtlsFixture>
{
    private const string Subject = "CN=\"payments, inc\",O=Example,C=DE";

    private static readonly Dictionary<string, CertificateWish> Fitting = new()
    {
        ["by-subject"] = new(Subject),
        ["by-dns"] = new("CN=x") { Names = names => names.AddDnsName("client.example.test") },
        ["by-uri"] = new("CN=x") { Names = names => names.AddUri(new("https://client.example.test/id")) },
        ["by-ip"] = new("CN=x") { Names = names => names.AddIpAddress(IPAddress.Parse("2001:db8::7")) },
        ["by-email"] = new("CN=x")
        {
            Names = names =>
            {
                names.AddDnsName("other.example.test");
                names.AddIpAddress(IPAddress.Loopback);
                names.AddUserPrincipalName("client@example.test");
                names.AddEmailAddress("client@example.test");
            },
        },
    };

    [Fact]
    public async Task Each_name_lets_its_own_client_in_and_no_other()
    {
        foreach (var (owner, wish) in Fitting)
        {
            using var certificate = fixture.Root.Issue(wish);
            foreach (var clientId in Fitting.Keys)
            {
                var answer = await fixture.TokenAsync(clientId, certificate);
                Assert.True((clientId == owner ? null : "invalid_client") == answer.Error, $"{owner} as {clientId}: {answer.Body}");
            }
        }
    }

    [Fact]
    public async Task An_intermediate_authority_and_a_certificate_without_a_purpose_do()
    {
        using var chained = fixture.Intermediate.Issue(Fitting["by-dns"]);
        Assert.Null((await fixture.TokenAsync("by-dns", chained)).Error);
        using var silent = fixture.Root.Issue(Fitting["by-dns"] with { Purpose = null });
        Assert.Null((await fixture.TokenAsync("by-dns", silent)).Error);
    }

    [Fact]
    public async Task A_certificate_of_another_authority_or_time_or_purpose_or_of_nobody_is_refused()
    {
        using var stranger = new ClientAuthority("Clients' root");
        var good = Fitting["by-subject"];
        X509Certificate2[] wrong =
        [
            stranger.Issue(good), ClientAuthority.SelfSigned(good), fixture.Root.Issue(good with { Valid = (-7, -1) }),
            fixture.Root.Issue(good with { Valid = (1, 7) }), fixture.Root.Issue(good with { Purpose = ClientAuthority.ServerPurpose }),
        ];
        foreach (var certificate in wrong)
        {
            using (certificate) Assert.Equal("invalid_client", (await fixture.TokenAsync("by-subject", certificate)).Error);
        }
    }

    [Theory]
    [InlineData("CN=\"payments, inc\",O=Example,C=DE,OU=More")]
    [InlineData("CN=\"payments, inc\",O=Example")]
    [InlineData("O=Example,CN=\"payments, inc\",C=DE")]
    [InlineData("CN=payments,O=Example,C=DE")]
    [InlineData("CN=\"payments, inc,O=Example\",C=DE")]
    public async Task A_name_that_is_longer_or_shorter_or_in_another_order_is_another_name(string subject)
    {
        using var certificate = fixture.Root.Issue(new(subject));
        Assert.Equal("invalid_client", (await fixture.TokenAsync("by-subject", certificate)).Error);
    }

    [Theory]
    [InlineData("*.example.test")]
    [InlineData("client.example.test.evil.test")]
    [InlineData("evil.client.example.test")]
    public async Task A_host_name_is_compared_whole(string name)
    {
        using var certificate = fixture.Root.Issue(new("CN=client.example.test") { Names = names => names.AddDnsName(name) });
        Assert.Equal("invalid_client", (await fixture.TokenAsync("by-dns", certificate)).Error);
    }

    [Fact]
    public async Task A_registered_certificate_lets_its_client_in_and_a_copy_with_its_names_does_not()
    {
        Assert.Null((await fixture.TokenAsync("self", fixture.SelfSigned)).Error);
        using var copy = ClientAuthority.SelfSigned(new("CN=self"));
        Assert.Equal("invalid_client", (await fixture.TokenAsync("self", copy)).Error);
        // An authority's word does not count for it, nor its own registration for another client.
        using var signed = fixture.Root.Issue(new("CN=self"));
        Assert.Equal("invalid_client", (await fixture.TokenAsync("self", signed)).Error);
        Assert.Equal("invalid_client", (await fixture.TokenAsync("by-subject", fixture.SelfSigned)).Error);
    }

    [Fact]
    public async Task A_certificate_at_jwks_uri_counts()
    {
        fixture.Published.Keys = [MtlsFixture.KeyOf(fixture.SelfSigned)];
        Assert.Null((await fixture.TokenAsync("published", fixture.SelfSigned)).Error);
        using var other = ClientAuthority.SelfSigned(new("CN=self"));
        Assert.Equal("invalid_client", (await fixture.TokenAsync("published", other)).Error);
    }

    [Fact]
    public async Task A_client_with_a_certificate_gets_in_by_nothing_else_and_other_clients_not_by_a_certificate()
    {
        Assert.Equal("invalid_client", (await fixture.TokenAsync("self", header: null)).Error);
        Assert.Equal("invalid_client", (await fixture.TokenAsync("secret", fixture.SelfSigned)).Error);
        var certificate = ClientAuthority.HeaderOf(fixture.SelfSigned);
        (string, string)[] form = [("grant_type", "client_credentials"), ("client_id", "self"), ("client_secret", MtlsFixture.Secret)];
        Assert.Equal("invalid_client", (await fixture.SendAsync("/connect/token", certificate, form)).Error);
        var basic = "Basic " + Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"secret:{MtlsFixture.Secret}"));
        Assert.Null((await fixture.SendAsync("/connect/token", certificate, [("grant_type", "client_credentials")], basic)).Error);
    }

    [Fact]
    public async Task The_certificate_counts_at_introspection_and_revocation()
    {
        var token = (await fixture.TokenAsync("self", fixture.SelfSigned)).AccessToken;
        (string, string)[] form = [("token", token), ("client_id", "self")];
        foreach (var path in new[] { "/connect/introspect", "/connect/revoke" })
        {
            Assert.Equal("invalid_client", (await fixture.SendAsync(path, null, form)).Error);
            Assert.NotEqual("invalid_client", (await fixture.SendAsync(path, ClientAuthority.HeaderOf(fixture.SelfSigned), form)).Error);
        }
    }

    [Fact]
    public async Task The_form_of_nginx_is_read_too_and_anything_else_is_no_certificate()
    {
        var pem = fixture.SelfSigned.ExportCertificatePem() + "\n";
        Assert.Null((await fixture.TokenAsync("self", Uri.EscapeDataString(pem))).Error);
        // nginx leaves + and / as they are.
        var spared = Uri.EscapeDataString(pem).Replace("%2B", "+", StringComparison.Ordinal).Replace("%2F", "/", StringComparison.Ordinal);
        Assert.Null((await fixture.TokenAsync("self", spared)).Error);
        var text = Convert.ToBase64String(fixture.SelfSigned.RawData);
        foreach (var wrong in new[]
            { text, $":{text}", $"{text}:", $":{text}:, :{text}:", ":AAAA:", "::", ":", "%", new string('a', 20_000) })
        {
            Assert.Equal("invalid_client", (await fixture.TokenAsync("self", wrong)).Error);
        }
    }

    /// <summary>RFC 8705 section 2.1.2, RFC 7591: the authority proves the name, whoever has registered it.</summary>
    [Fact]
    public async Task A_client_that_registers_itself_is_known_by_the_name_in_its_certificate()
    {
        using var content = new StringContent(
            """
            {"redirect_uris":["https://own.example/cb"],"token_endpoint_auth_method":"tls_client_auth",
             "tls_client_auth_san_dns":"own.example"}
            """,
            System.Text.Encoding.UTF8, "application/json");
        var registered = await TokenAnswer.ReadAsync(
            await fixture.Host.Issuer.Http.PostAsync("/connect/register", content, TestContext.Current.CancellationToken));
        Assert.Equal(
            (HttpStatusCode.Created, "own.example", null),
            (registered.Status, registered.Text("tls_client_auth_san_dns"), registered.Text("client_secret")));
        CertificateWish wish = new("CN=x") { Names = names => names.AddDnsName("own.example") };
        using X509Certificate2 own = fixture.Root.Issue(wish), self = ClientAuthority.SelfSigned(wish),
            other = fixture.Root.Issue(Fitting["by-dns"]);
        (string, string)[] form = [("token", "x"), ("client_id", registered.Text("client_id")!)];
        Assert.Null((await fixture.SendAsync("/connect/revoke", ClientAuthority.HeaderOf(own), form)).Error);
        foreach (var wrong in new[] { ClientAuthority.HeaderOf(self), ClientAuthority.HeaderOf(other), null })
        {
            Assert.Equal("invalid_client", (await fixture.SendAsync("/connect/revoke", wrong, form)).Error);
        }
    }

    [Fact]
    public async Task Discovery_names_the_methods_and_the_addresses_where_certificates_are_asked_for()
    {
        var document = await fixture.Host.Issuer.DiscoverAsync();
        foreach (var endpoint in new[] { "token", "revocation", "introspection" })
        {
            var methods = document.GetProperty($"{endpoint}_endpoint_auth_methods_supported").EnumerateArray().Select(m => m.GetString());
            Assert.Contains("tls_client_auth", methods);
            Assert.Contains("self_signed_tls_client_auth", methods);
        }

        Assert.True(document.GetProperty("tls_client_certificate_bound_access_tokens").GetBoolean());
        var aliases = document.GetProperty("mtls_endpoint_aliases");
        Assert.Equal($"{MtlsFixture.Address}/connect/token", aliases.GetProperty("token_endpoint").GetString());
        Assert.Equal($"{MtlsFixture.Address}/connect/userinfo", aliases.GetProperty("userinfo_endpoint").GetString());
        Assert.False(aliases.TryGetProperty("authorization_endpoint", out _));
        Assert.Equal("https://auth.example.test/connect/token", document.GetProperty("token_endpoint").GetString());
    }
}
