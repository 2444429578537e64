using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Keys;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Starting;

/// <summary>A server whose signing keys are in an HSM (SoftHSM 2), and what happens when its token goes away.</summary>
public sealed class HsmServerTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("hsm-server-");
    private readonly string _address = ServerProcess.FreeAddress("localhost");

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public async Task Tokens_are_signed_in_the_hsm_and_without_it_the_answer_is_503_until_it_is_back()
    {
        using var hsm = await SoftHsm.MakeAsync();
        (string, string)[] settings =
        [
            ("AUTHSERVER_DATA", _data.FullName), ("AUTHSERVER_SEED", Seed.File), ("API_BASE_URL", _address),
            ("SIGNING_KEYS", "pkcs11:token=auth;object=es,pkcs11:token=auth;object=rs"), ("PKCS11_MODULE", SoftHsm.Module),
            ("PKCS11_PIN", SoftHsm.Pin), (SoftHsm.Variable, hsm.Configuration),
        ];
        await using var server = ServerProcess.Start(settings, "--urls", _address);
        await server.ReadyAsync(_address);
        var issuer = Issuer.At(new Uri(_address));
        var (app, browser) = (Seed.Web(issuer), new Browser(issuer));
        await browser.SignInAsync(Seed.Alice);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        var (_, listed, _) = await ServerProcess.RunAsync(settings, "keys", "list");
        Assert.Matches($"{new JsonWebToken(tokens.AccessToken).Kid} +ES256 +active +- +- +pkcs11:token=auth;object=es", listed);
        Assert.Matches($"{tokens.IdToken.Kid} +RS256 +active +- +- +pkcs11:token=auth;object=rs", listed);
        var party = new RelyingParty(TimeProvider.System);
        Assert.Null(await party.ValidateAsync(issuer, tokens.AccessToken));
        Assert.Null(await party.ValidateAsync(issuer, tokens.Text("id_token")!));
        Assert.True((await app.UserInfoAsync(tokens.AccessToken)).IsOk);
        Assert.True((await app.IntrospectAsync(tokens.AccessToken)).IsActive);

        var away = hsm.Tokens + ".away";
        Directory.Move(hsm.Tokens, away);
        var refused = await app.RefreshAsync(tokens.RefreshToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Seed.Machine(issuer).ClientCredentialsAsync("notes:read")).Status);
        // What is signed already is believed: nothing but the public key is needed for it.
        Assert.True((await app.UserInfoAsync(tokens.AccessToken)).IsOk);

        Directory.Move(away, hsm.Tokens);
        // The refresh that got no answer may be tried again, like any other. The library is started again once a second at most.
        TokenAnswer again = refused;
        await Eventually.UntilAsync(
            "it refreshes", async () => (again = await app.RefreshAsync(tokens.RefreshToken)).IsOk, () => again.Body + server.Output);
        Assert.Null(await party.ValidateAsync(issuer, again.AccessToken));
        await server.StopAsync();
        Assert.Contains("signs again", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_pin_stops_the_start_and_the_library_is_not_loaded_without_a_key_in_it()
    {
        using var hsm = await SoftHsm.MakeAsync();
        (string, string)[] settings = [("AUTHSERVER_DATA", _data.FullName), (SoftHsm.Variable, hsm.Configuration)];
        var (exit, _, errors) = await ServerProcess.RunAsync(
            [
                .. settings, ("SIGNING_KEYS", "pkcs11:token=auth;object=es,pkcs11:token=auth;object=rs"), ("PKCS11_MODULE", SoftHsm.Module),
                ("PKCS11_PIN", "4321"),
            ], "--urls", _address);
        Assert.Equal(78, exit);
        Assert.Contains("PKCS11_PIN: the HSM of pkcs11:token=auth;object=es refuses the PIN", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("4321", errors, StringComparison.Ordinal);

        await using var server = ServerProcess.Start(
            [.. settings, ("PKCS11_MODULE", SoftHsm.Module), ("CORE_DUMPS", "on")], "--urls", _address);
        await server.ReadyAsync(_address);
        Assert.False(server.HasLoaded("Pkcs11Interop"));
    }
}
