using System.Net;
using System.Security.Cryptography;
using AuthServer.Configuration;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;
using AuthServer.Keys;
using AuthServer.Keys.Outside;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Keys;

/// <summary>Signing keys from files, while the server runs: which one signs, and which ones are published and believed.</summary>
public sealed class OutsideKeyTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("outside-keys-");
    private readonly LogLines<OutsideKeys> _log = new();
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_first_file_of_each_algorithm_signs_and_every_way_of_the_server_believes_it()
    {
        WriteEs("1.pem");
        await using var host = await StartAsync(_folder.FullName);
        var (file, ring) = (KidOf(host, "1.pem"), host.Services.GetRequiredService<KeyRing>());
        var tokens = await SignInAsync(host);
        Assert.Equal(file, new JsonWebToken(tokens.AccessToken).Kid);
        // The ring's own key goes on where no file has taken its place.
        Assert.Equal(ring.Current.Signer(RingKeys.Rs256).Kid, tokens.IdToken.Kid);
        await Believed(host, tokens);
        Assert.Equal([file, tokens.IdToken.Kid], await PublishedAsync(host));

        WriteRs("2.pem");
        await FollowAsync(host);
        var refreshed = await Seed.Web(host.Issuer).RefreshAsync(tokens.RefreshToken);
        Assert.Equal(KidOf(host, "2.pem"), refreshed.IdToken.Kid);
        Assert.Equal([file, refreshed.IdToken.Kid], await PublishedAsync(host));
    }

    [Fact]
    public async Task A_key_is_replaced_without_a_refused_token_by_adding_putting_it_first_and_taking_the_former_away()
    {
        WriteEs("1.pem");
        await using var host = await StartAsync(_folder.FullName);
        var first = await SignInAsync(host);
        var former = new JsonWebToken(first.AccessToken).Kid;
        WriteEs("2.pem");
        // Files are written one after the other: a change is taken at the second look.
        await LookAsync(host);
        Assert.DoesNotContain(SignersOf(host), k => k.Kid != former && k.Algorithm == RingKeys.Es256);
        await LookAsync(host);
        var next = KidOf(host, "2.pem");
        Assert.Contains(next, await PublishedAsync(host));
        Assert.Equal(former, new JsonWebToken((await SignInAsync(host)).AccessToken).Kid);

        File.Move(PathOf("2.pem"), PathOf("0.pem"));
        await FollowAsync(host);
        Assert.Equal(next, new JsonWebToken((await SignInAsync(host)).AccessToken).Kid);
        await Believed(host, first);

        File.Delete(PathOf("1.pem"));
        await FollowAsync(host);
        Assert.DoesNotContain(former, await PublishedAsync(host));
        Assert.Equal(HttpStatusCode.Unauthorized, (await Seed.Web(host.Issuer).UserInfoAsync(first.AccessToken)).Status);
        Assert.False((await Seed.Web(host.Issuer).IntrospectAsync(first.AccessToken)).IsActive);
        Assert.True((await Seed.Web(host.Issuer).RefreshAsync(first.RefreshToken)).IsOk);
    }

    [Fact]
    public async Task A_new_file_that_cannot_be_used_leaves_the_former_keys_in_use_and_one_line_says_how_to_mend_it()
    {
        WriteEs("1.pem");
        await using var host = await StartAsync(_folder.FullName);
        var kid = KidOf(host, "1.pem");
        var good = await File.ReadAllTextAsync(PathOf("1.pem"));
        await File.WriteAllTextAsync(PathOf("1.pem"), good[..100]);
        for (var i = 0; i < 4; i++) await LookAsync(host);
        Assert.Equal(kid, new JsonWebToken((await SignInAsync(host)).AccessToken).Kid);
        var line = Assert.Single(_log.All, l => l.Contains("stay in use", StringComparison.Ordinal));
        Assert.Contains(PathOf("1.pem") + " is no whole PEM file; write it again", line, StringComparison.Ordinal);

        File.Delete(PathOf("1.pem"));
        await FollowAsync(host);
        Assert.Equal(kid, new JsonWebToken((await SignInAsync(host)).AccessToken).Kid);
        Assert.Contains(_log.All, l => l.Contains("there is no key file", StringComparison.Ordinal));
        WriteEs("1.pem");
        await FollowAsync(host);
        Assert.NotEqual(kid, new JsonWebToken((await SignInAsync(host)).AccessToken).Kid);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task From_the_keys_of_the_database_to_a_file_and_back_no_token_is_refused(DatabaseKind kind)
    {
        WriteEs("1.pem");
        var file = PathOf("1.pem");
        await using var own = await StartAsync(null, kind);
        var first = await SignInAsync(own);
        await using var announcing = await StartAsync("database," + file, kind, own);
        Assert.Equal(new JsonWebToken(first.AccessToken).Kid, new JsonWebToken((await SignInAsync(announcing)).AccessToken).Kid);
        Assert.Contains(KidOf(announcing, "1.pem"), await PublishedAsync(announcing));

        await using var signing = await StartAsync(file + ",database", kind, own);
        var second = await SignInAsync(signing);
        Assert.Equal(KidOf(signing, "1.pem"), new JsonWebToken(second.AccessToken).Kid);
        // Replicas of both steps, side by side.
        await Believed(signing, first);
        await Believed(announcing, second);

        await using var alone = await StartAsync(file, kind, own);
        await Believed(alone, second);
        Assert.False((await Seed.Web(alone.Issuer).IntrospectAsync(first.AccessToken)).IsActive);
        await Believed(announcing, await SignInAsync(alone));
    }

    [Fact]
    public async Task A_server_with_a_file_that_cannot_be_used_does_not_start_and_says_why()
    {
        await File.WriteAllTextAsync(PathOf("1.pem"), ECDsa.Create(ECCurve.NamedCurves.nistP384).ExportPkcs8PrivateKeyPem());
        var errors = await RefusedAsync(PathOf("1.pem") + ",/nowhere.pem");
        Assert.Contains("elliptic curve other than P-256", errors, StringComparison.Ordinal);
        Assert.Contains("/nowhere.pem", errors, StringComparison.Ordinal);
        WriteEs("1.pem");
        File.Copy(PathOf("1.pem"), PathOf("2.pem"));
        Assert.Contains("hold the same key", await RefusedAsync(_folder.FullName), StringComparison.Ordinal);
    }

    // A process of its own: a host in this one may tell of its disposal instead of the refusal.
    private static async Task<string> RefusedAsync(string keys)
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite, migrated: false);
        var (exit, _, errors) = await ServerProcess.RunAsync(
            [.. database.Settings.Select(s => (s.Key, s.Value)), (OutsideKeyOptions.ListKey, keys)], "--urls", ServerProcess.FreeAddress());
        Assert.Equal(ExitCodes.Configuration, exit);
        return errors;
    }

    private async Task<AuthServerHost> StartAsync(string? keys, DatabaseKind kind = DatabaseKind.Sqlite, AuthServerHost? beside = null)
    {
        var settings = beside is null ? [] : new Dictionary<string, string>(beside.Database.Settings);
        if (keys is not null) settings[OutsideKeyOptions.ListKey] = keys;
        return await AuthServerHost.StartAsync(new(kind)
        {
            Settings = settings,
            // The background service looks at the files when a test says so.
            Time = _time,
            SeedFile = beside is null ? Seed.File : null,
            Services = services => services.AddSingleton<ILogger<OutsideKeys>>(_log),
        });
    }

    private static async Task<TokenAnswer> SignInAsync(AuthServerHost host)
    {
        var (app, browser) = (Seed.Web(host.Issuer), host.NewBrowser());
        await browser.SignInAsync(Seed.Alice);
        return await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
    }

    private static async Task Believed(AuthServerHost host, TokenAnswer tokens)
    {
        Assert.True((await Seed.Web(host.Issuer).UserInfoAsync(tokens.AccessToken)).IsOk);
        Assert.True((await Seed.Web(host.Issuer).IntrospectAsync(tokens.AccessToken)).IsActive);
    }

    // What the background service does every two seconds; a second is enough for a change to be taken.
    private Task LookAsync(AuthServerHost host)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        return host.Services.GetRequiredService<KeyRing>().RefreshAsync(default);
    }

    private async Task FollowAsync(AuthServerHost host)
    {
        await LookAsync(host);
        await LookAsync(host);
    }

    private static async Task<IReadOnlyList<string>> PublishedAsync(AuthServerHost host)
    {
        var keys = await host.Issuer.GetJsonAsync("/.well-known/jwks");
        return [.. keys.GetProperty("keys").EnumerateArray().Select(k => k.GetProperty("kid").GetString()!)];
    }

    private static IEnumerable<SigningRingKey> SignersOf(AuthServerHost host) =>
        host.Services.GetRequiredService<KeyRing>().Current.Signing;

    private string KidOf(AuthServerHost host, string name) =>
        host.Services.GetRequiredService<OutsideKeys>().Current.All.Single(k => k.Source == PathOf(name)).Key.Kid;

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private void WriteEs(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(PathOf(name), key.ExportPkcs8PrivateKeyPem());
    }

    private void WriteRs(string name)
    {
        using var key = RSA.Create(2048);
        File.WriteAllText(PathOf(name), key.ExportPkcs8PrivateKeyPem());
    }
}
