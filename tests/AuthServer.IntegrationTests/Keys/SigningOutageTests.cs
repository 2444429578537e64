using System.Net;
using System.Security.Cryptography;
using AuthServer.Configuration;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Keys;
using AuthServer.Keys.Outside;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.IntegrationTests.Keys;

/// <summary>An HSM with the signing key goes away and comes back: no session ends by it, and reuse is still detected (ADR 0019).</summary>
public abstract class SigningOutageTests(DatabaseKind kind) : IDisposable
{
    private const string Scope = "openid offline_access";

    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly Hsm _hsm = new();

    public void Dispose()
    {
        _hsm.PublicKey.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_refresh_without_an_answer_is_repeated_when_the_key_is_back_and_the_session_stands()
    {
        await using var host = await StartAsync();
        var (app, tokens) = await SignInAsync(host);
        _hsm.IsAway = true;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await app.RefreshAsync(tokens.RefreshToken)).Status);
        _time.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await app.RefreshAsync(tokens.RefreshToken)).Status);
        _time.Advance(TimeSpan.FromMinutes(20));
        _hsm.IsAway = false;

        var again = await app.RefreshAsync(tokens.RefreshToken);
        Assert.True(again.IsOk, again.Body);
        Assert.True((await app.UserInfoAsync(again.AccessToken)).IsOk);
        Assert.True((await app.RefreshAsync(again.RefreshToken)).IsOk);
    }

    [Fact]
    public async Task The_grace_after_an_outage_ends_like_any_other_and_a_replay_then_ends_the_session()
    {
        await using var host = await StartAsync();
        var (app, tokens) = await SignInAsync(host);
        _hsm.IsAway = true;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await app.RefreshAsync(tokens.RefreshToken)).Status);
        _time.Advance(TimeSpan.FromSeconds(60));
        // The second answer is lost like the first.
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await app.RefreshAsync(tokens.RefreshToken)).Status);
        _time.Advance(TimeSpan.FromSeconds(60));
        _hsm.IsAway = false;
        var again = await app.RefreshAsync(tokens.RefreshToken);
        Assert.True(again.IsOk, again.Body);
        // Its answer may have been lost on the way.
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(again.RefreshToken, (await app.RefreshAsync(tokens.RefreshToken)).RefreshToken);

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.BadRequest, (await app.RefreshAsync(tokens.RefreshToken)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await app.RefreshAsync(again.RefreshToken)).Status);
    }

    [Fact]
    public async Task A_token_that_was_rotated_before_an_outage_is_no_younger_for_it()
    {
        await using var host = await StartAsync();
        var (app, tokens) = await SignInAsync(host);
        var next = await app.RefreshAsync(tokens.RefreshToken);
        _time.Advance(TimeSpan.FromSeconds(31));
        _hsm.IsAway = true;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Seed.Machine(host.Issuer).ClientCredentialsAsync("notes:read")).Status);
        _hsm.IsAway = false;
        // A thief's replay, the first request after the outage.
        Assert.Equal(HttpStatusCode.BadRequest, (await app.RefreshAsync(tokens.RefreshToken)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await app.RefreshAsync(next.RefreshToken)).Status);
    }

    [Fact]
    public async Task While_the_key_is_known_to_be_away_no_code_and_no_refresh_token_is_used_up_however_long_it_lasts()
    {
        await using var host = await StartAsync();
        var (app, tokens) = await SignInAsync(host);
        var browser = host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        _hsm.IsAway = true;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Seed.Machine(host.Issuer).ClientCredentialsAsync("notes:read")).Status);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await app.RefreshAsync(tokens.RefreshToken)).Status);
            _time.Advance(TimeSpan.FromMinutes(5));
        }

        var answer = await browser.AuthorizeAsync(app, Scope);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await app.RedeemCodeAsync(answer)).Status);
        _hsm.IsAway = false;
        Assert.True((await app.RedeemCodeAsync(answer)).IsOk);
        Assert.True((await app.RefreshAsync(tokens.RefreshToken)).IsOk);
    }

    [Fact]
    public async Task A_code_and_a_refresh_token_for_a_resource_wait_for_the_key_of_the_resource_and_not_for_that_of_the_client()
    {
        await using var host = await StartAsync();
        // Its own tokens are signed with RS256, those for the ledger with ES256.
        var (app, browser) = (Seed.Pinned(host.Issuer), host.NewBrowser());
        (string, string?)[] ledger = [("resource", Seed.Ledger)];
        await browser.SignInAsync(Seed.Alice);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, Scope, ledger));
        var answer = await browser.AuthorizeAsync(app, Scope, ledger);
        _hsm.IsAway = true;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Seed.Machine(host.Issuer).ClientCredentialsAsync("notes:read")).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await app.RedeemCodeAsync(answer)).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await app.RefreshAsync(tokens.RefreshToken)).Status);
        var own = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, Scope));
        Assert.True(own.IsOk, own.Body);
        Assert.True((await app.RefreshAsync(own.RefreshToken)).IsOk);
        Assert.Equal(2, await host.WithDatabaseAsync(db => db.Sessions.CountAsync(session => session.ClientId != null)));

        _hsm.IsAway = false;
        Assert.True((await app.RedeemCodeAsync(answer)).IsOk);
        Assert.True((await app.RefreshAsync(tokens.RefreshToken)).IsOk);
    }

    [Fact]
    public async Task A_refresh_token_whose_answer_was_never_given_is_kept_for_a_day_and_no_longer()
    {
        await using var host = await StartAsync();
        var (app, tokens) = await SignInAsync(host);
        _hsm.IsAway = true;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await app.RefreshAsync(tokens.RefreshToken)).Status);
        _hsm.IsAway = false;
        _time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.BadRequest, (await app.RefreshAsync(tokens.RefreshToken)).Status);
        Assert.Equal(0, await host.WithDatabaseAsync(db => db.Sessions.CountAsync(session => session.ClientId != null)));
    }

    [Fact]
    public async Task At_the_json_api_a_refresh_is_repeated_and_no_sign_in_opens_a_session_that_nobody_gets()
    {
        await using var host = await StartAsync();
        var api = new ApiCaller(host.Issuer);
        var token = (await api.LoginAsync(Seed.Alice)).RefreshToken;
        _hsm.IsAway = true;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Seed.Machine(host.Issuer).ClientCredentialsAsync("notes:read")).Status);
        (await api.LoginAsync(Seed.Alice)).Expect(HttpStatusCode.ServiceUnavailable, "busy");
        Assert.Equal(1, await host.WithDatabaseAsync(db => db.Sessions.CountAsync()));
        // It signs the probe and is away again.
        (_hsm.IsAway, _hsm.SignaturesLeft) = (false, 1);
        (await api.RefreshAsync(token)).Expect(HttpStatusCode.ServiceUnavailable, "busy");
        _time.Advance(TimeSpan.FromMinutes(20));
        _hsm.IsAway = false;
        (await api.RefreshAsync(token)).Expect(HttpStatusCode.OK);
    }

    private Task<AuthServerHost> StartAsync() => AuthServerHost.StartAsync(new(kind)
    {
        Time = _time,
        Settings = new Dictionary<string, string> { [OutsideKeyOptions.ListKey] = Hsm.Entry + ",database" },
        // Before KeyFiles, which takes every entry.
        Services = services => services.Insert(0, ServiceDescriptor.Singleton<IKeySource>(
            provider => new Source(_hsm, provider.GetRequiredService<SigningOutages>()))),
    });

    private static async Task<(ClientApp App, TokenAnswer Tokens)> SignInAsync(AuthServerHost host)
    {
        var (app, browser) = (Seed.Web(host.Issuer), host.NewBrowser());
        await browser.SignInAsync(Seed.Alice);
        return (app, await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, Scope)));
    }

    private sealed class Hsm : IRemoteKey
    {
        public const string Entry = "hsm:es";

        private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        public AsymmetricAlgorithm PublicKey => _key;

        public bool IsAway { get; set; }

        /// <summary>How many signatures are made before it is away again; negative: it stays.</summary>
        public int SignaturesLeft { get; set; } = -1;

        public byte[] Sign(byte[] digest)
        {
            if (IsAway) throw new SigningUnavailableException("away");
            if (SignaturesLeft >= 0 && SignaturesLeft-- == 0)
            {
                IsAway = true;
                throw new SigningUnavailableException("away");
            }

            return _key.SignHash(digest);
        }
    }

    private sealed class Source(Hsm hsm, SigningOutages outages) : IKeySource
    {
        public bool Takes(string entry) => entry == Hsm.Entry;

        public string Digest(string entry) => entry;

        public IEnumerable<OutsideKey> Read(string entry, SettingProblems problems) =>
            [OutsideKey.Of(entry, hsm, outages, problems)!];
    }
}

public sealed class SigningOutageTestsOnSqlite() : SigningOutageTests(DatabaseKind.Sqlite);

public sealed class SigningOutageTestsOnPostgres() : SigningOutageTests(DatabaseKind.Postgres);
