using Duende.IdentityModel.OidcClient;

namespace AuthServer.EndToEndTests.RelyingParties;

/// <summary>Duende's OidcClient, a native app: public, with PKCE and any port on loopback.</summary>
[Collection(nameof(ClientServer))]
public sealed class DuendeTests(ClientServer server)
{
    [Fact]
    public async Task A_native_app_signs_a_person_in_and_refreshes()
    {
        const string callback = "http://localhost:41234/callback";
        var app = server.App("duende-oidc-client");
        var client = new OidcClient(new()
        {
            Authority = server.Issuer, ClientId = app.Name, RedirectUri = callback, Scope = "openid profile email offline_access",
            BackchannelHandler = Visitor.NewHandler(server.Authority.Root),
        });
        var attempt = await client.PrepareLoginAsync();
        Assert.False(attempt.IsError, attempt.Error);
        using var person = server.NewVisitor("duende");
        var answer = await person.ArriveAsync(attempt.StartUrl, callback);
        var result = await client.ProcessResponseAsync(answer.Query, attempt);
        Assert.False(result.IsError, $"{result.Error} {result.ErrorDescription}");
        Assert.Equal("Olive Example", result.User.FindFirst("name")?.Value);

        var refreshed = await client.RefreshTokenAsync(result.RefreshToken);
        Assert.False(refreshed.IsError, refreshed.Error);
        Assert.NotEqual(result.RefreshToken, refreshed.RefreshToken);
        Assert.False((await client.GetUserInfoAsync(refreshed.AccessToken)).IsError);
    }

    /// <summary>RFC 9449, with the proofs of Duende's own DPoP package written anew: no registry of the tests has it.</summary>
    [Fact]
    public async Task An_app_with_bound_tokens_signs_a_person_in_and_refreshes()
    {
        const string callback = "https://app.example.test/callback";
        using var proofs = new ProvingHandler(Visitor.NewHandler(server.Authority.Root));
        var client = new OidcClient(new()
        {
            Authority = server.Issuer, ClientId = "prover", ClientSecret = server.Secret, RedirectUri = callback,
            Scope = "openid profile email offline_access", BackchannelHandler = proofs,
        });
        var attempt = await client.PrepareLoginAsync();
        Assert.False(attempt.IsError, attempt.Error);
        using var person = server.NewVisitor("duende");
        var result = await client.ProcessResponseAsync((await person.ArriveAsync(attempt.StartUrl, callback)).Query, attempt);
        Assert.False(result.IsError, $"{result.Error} {result.ErrorDescription}");
        Assert.Equal("Olive Example", result.User.FindFirst("name")?.Value);
        var refreshed = await client.RefreshTokenAsync(result.RefreshToken);
        Assert.False(refreshed.IsError, $"{refreshed.Error} {refreshed.ErrorDescription}");
        Assert.False((await client.GetUserInfoAsync(refreshed.AccessToken)).IsError);
        proofs.IsOn = false;
        Assert.True((await client.GetUserInfoAsync(refreshed.AccessToken)).IsError);
        Assert.True((await client.RefreshTokenAsync(refreshed.RefreshToken)).IsError);
    }
}
