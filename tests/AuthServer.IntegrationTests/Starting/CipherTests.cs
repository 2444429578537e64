using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Starting;

/// <summary>What a server with TLS_MINIMUM=1.2 speaks, asked with openssl s_client.</summary>
public sealed class CipherTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ciphers").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Only_suites_with_forward_secrecy_and_authenticated_encryption_are_spoken()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var authority = new TestAuthority("authority");
        var (chain, key) = TestAuthority.Write(_folder, "server", authority.Issue("server", ["localhost"]));
        var (http, https) = (ServerProcess.FreeAddress(), ServerProcess.FreeAddress("localhost").Replace("http:", "https:",
            StringComparison.Ordinal));
        await using var server = ServerProcess.Start(
            [("AUTHSERVER_DATA", Path.Combine(_folder, "data")), ("TLS_CERTIFICATE_FILE", chain), ("TLS_PRIVATE_KEY_FILE", key),
                ("TLS_MINIMUM", "1.2"), ("API_BASE_URL", https)], "--urls", $"{https};{http}");
        await server.ReadyAsync(http);
        var address = $"localhost:{new Uri(https).Port}";
        // Security level 0: the client offers what it would not by itself.
        Assert.Contains("Cipher is ECDHE-ECDSA-AES256-GCM-SHA384", await AskAsync("-tls1_2"), StringComparison.Ordinal);
        Assert.Contains("Cipher is TLS_AES_256_GCM_SHA384", await AskAsync("-tls1_3"), StringComparison.Ordinal);
        foreach (var weak in new[] { "ECDHE-ECDSA-AES256-SHA384", "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-CCM8" })
            Assert.Contains("Cipher is (NONE)", await AskAsync("-tls1_2", "-cipher", weak + ":@SECLEVEL=0"), StringComparison.Ordinal);
        Assert.Contains("Cipher is (NONE)", await AskAsync("-tls1_1", "-cipher", "ALL:@SECLEVEL=0"), StringComparison.Ordinal);

        async Task<string> AskAsync(params string[] arguments)
        {
            using var client = ChildProcess.Start("openssl", ["s_client", "-connect", address, .. arguments]);
            await client.WaitForExitAsync(TimeSpan.FromSeconds(90));
            return client.Output;
        }
    }
}
