using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Mtls;

/// <summary>RFC 9440 section 4: a certificate is not secret, so a header that anybody can send proves nothing.</summary>
public sealed class UntrustedCertificateTests
{
    [Theory]
    [InlineData("192.0.2.1", "Client-Cert", "https://mtls.auth.example.test")]
    [InlineData("127.0.0.1", "X-Other", "https://mtls.auth.example.test")]
    [InlineData("127.0.0.1", null, null)]
    public async Task A_header_of_another_sender_or_name_or_without_the_setting_is_no_certificate(
        string proxies, string? header, string? address)
    {
        using var certificate = ClientAuthority.SelfSigned(new("CN=self"));
        var seed = Path.Combine(Path.GetTempPath(), $"seed-{Guid.CreateVersion7():N}.json");
        var client = MtlsFixture.With(
            MtlsFixture.Client("self", "self_signed_tls_client_auth"), "jwks",
            new System.Text.Json.Nodes.JsonObject { ["keys"] = new System.Text.Json.Nodes.JsonArray(MtlsFixture.KeyOf(certificate)) });
        await File.WriteAllTextAsync(
            seed, new System.Text.Json.Nodes.JsonObject { ["clients"] = new System.Text.Json.Nodes.JsonArray(client) }.ToJsonString(),
            TestContext.Current.CancellationToken);
        var settings = new Dictionary<string, string> { ["TRUSTED_PROXIES"] = proxies };
        if (header is not null) settings["MTLS_PROXY_HEADER"] = header;
        if (address is not null) settings["MTLS_BASE_URL"] = address;
        await using var host = await AuthServerHost.StartAsync(
            new HostSetup(DatabaseKind.Sqlite) { SeedFile = seed, Settings = settings });
        File.Delete(seed);

        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token")
        {
            Content = new FormUrlEncodedContent(
                [KeyValuePair.Create("grant_type", "client_credentials"), KeyValuePair.Create("client_id", "self")]),
            Headers = { { "Client-Cert", ClientAuthority.HeaderOf(certificate) } },
        };
        var answer = await TokenAnswer.ReadAsync(await host.Issuer.Http.SendAsync(request, TestContext.Current.CancellationToken));
        Assert.Equal("invalid_client", answer.Error);
    }
}
