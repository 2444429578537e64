namespace AuthServer.EndToEndTests.RelyingParties;

/// <summary>
/// openid-client 6 and oauth4webapi, which nobody here wrote, use each feature as their documentation tells, and check what is answered.
/// </summary>
[Collection(nameof(ClientServer))]
public sealed class LibraryTests(ClientServer server)
{
    private static readonly string[] All =
        ["code", "par", "jar", "jarm", "private_key_jwt", "dpop", "device", "ciba", "exchange", "mtls"];

    public static TheoryData<string> Features => [.. All];

    [Theory]
    [MemberData(nameof(Features))]
    public async Task Openid_client_uses(string feature) => await UseAsync("openid-client", feature);

    [Theory]
    [MemberData(nameof(Features))]
    public async Task Oauth4webapi_uses(string feature) => await UseAsync("oauth4webapi", feature);

    private async Task UseAsync(string library, string feature) =>
        Assert.Equal("works", (await server.OutcomesAsync(library))[feature]);
}
