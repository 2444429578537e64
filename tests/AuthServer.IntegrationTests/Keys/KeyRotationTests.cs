using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Keys;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.IntegrationTests.Keys;

/// <summary>The life of a key: announced, active, retired, deleted, while the server runs.</summary>
public abstract class KeyRotationTests(HostFixture fixture)
{
    [Fact]
    public async Task A_rotation_publishes_at_once_signs_after_the_announcement_and_ends_no_session()
    {
        var app = Seed.Spa(fixture.Host.Issuer);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        var before = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        var oldKid = new JsonWebToken(before.AccessToken).Kid;

        var made = await RotateAsync();
        await FollowAsync();
        var published = await PublishedKids();
        Assert.All(made, kid => Assert.Contains(kid, published));
        var during = await app.RefreshAsync(before.RefreshToken);
        Assert.Equal(oldKid, new JsonWebToken(during.AccessToken).Kid);

        fixture.Time.Advance(KeyLife.Announcement + TimeSpan.FromSeconds(1));
        await FollowAsync();
        var after = await app.RefreshAsync(during.RefreshToken);
        Assert.True(after.IsOk, after.Body);
        Assert.Contains(new JsonWebToken(after.AccessToken).Kid, made);
        Assert.Contains(after.IdToken.Kid, made);
        Assert.Contains(oldKid, await PublishedKids());
        Assert.True((await app.UserInfoAsync(during.AccessToken)).IsOk);

        // A token of the former refresh key is still the valid one of its session.
        Assert.True((await app.RefreshAsync(after.RefreshToken)).IsOk);
    }

    [Fact]
    public async Task A_retry_on_the_other_side_of_a_rotation_gets_the_same_successor()
    {
        var app = Seed.Spa(fixture.Host.Issuer);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Bob);
        var start = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        await RotateAsync();
        fixture.Time.Advance(KeyLife.Announcement - TimeSpan.FromSeconds(1));
        await FollowAsync();
        var first = await app.RefreshAsync(start.RefreshToken);
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        await FollowAsync();
        Assert.Equal(first.RefreshToken, (await app.RefreshAsync(start.RefreshToken)).RefreshToken);
    }

    [Fact]
    public async Task Private_keys_are_sealed_in_the_database_and_old_ones_are_deleted_when_nothing_can_need_them()
    {
        var rows = await fixture.Host.WithDatabaseAsync(db => db.Keys.AsNoTracking().ToListAsync());
        // A PKCS#8 private key begins with a SEQUENCE; a sealed one with our version.
        Assert.All(rows, row => Assert.Equal(1, row.SealedKey[0]));
        await RotateAsync();
        fixture.Time.Advance(KeyLife.Retention(RingKeys.Refresh) + TimeSpan.FromMinutes(1));
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        Assert.True(await scope.ServiceProvider.GetRequiredService<KeyRotation>().DeleteOldAsync(default) >= RingKeys.Algorithms.Count);
        await FollowAsync();
        Assert.True((await Seed.Machine(fixture.Host.Issuer).ClientCredentialsAsync("notes:read")).IsOk);
    }

    [Fact]
    public async Task A_retired_signing_key_is_neither_published_nor_believed_after_the_last_of_its_tokens()
    {
        var app = Seed.Web(fixture.Host.Issuer);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        var old = fixture.Host.Services.GetRequiredService<KeyRing>().Current.Signer(RingKeys.Es256);
        var oldOfIdTokens = tokens.IdToken.Kid;
        await RotateAsync();
        fixture.Time.Advance(KeyLife.Announcement + TimeSpan.FromMinutes(20) - TimeSpan.FromSeconds(1));
        await FollowAsync();
        Assert.Contains(old.Kid, await PublishedKids());
        Assert.Contains(oldOfIdTokens, await PublishedKids());
        // Whoever has the private key signs what never expires.
        var forged = Forge(old, tokens.AccessToken);
        Assert.True((await app.UserInfoAsync(forged)).IsOk);

        // No row changes here, only the time; the memory of verified tokens forgets it too.
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await FollowAsync();
        Assert.DoesNotContain(old.Kid, await PublishedKids());
        Assert.DoesNotContain(oldOfIdTokens, await PublishedKids());
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.UserInfoAsync(forged)).Status);
        Assert.False((await app.IntrospectAsync(forged)).IsActive);
        Assert.True((await app.RefreshAsync(tokens.RefreshToken)).IsOk);
    }

    [Fact]
    public async Task The_published_keys_may_be_kept_for_less_than_the_announcement()
    {
        using var answer = await fixture.Host.Issuer.Http.GetAsync("/.well-known/jwks");
        Assert.True(answer.Headers.CacheControl!.Public);
        Assert.InRange(answer.Headers.CacheControl.MaxAge!.Value, TimeSpan.FromSeconds(5), KeyLife.Announcement - TimeSpan.FromSeconds(3));
        // No "-", which a compressing proxy puts before the name of its coding.
        Assert.Matches("^\"[0-9a-f]{24}\"$", answer.Headers.ETag!.Tag);
        using var discovery = await fixture.Host.Issuer.Http.GetAsync("/.well-known/openid-configuration");
        Assert.True(discovery.Headers.CacheControl!.NoCache);
    }

    [Fact]
    public async Task A_hint_of_a_key_that_is_gone_asks_before_it_signs_out()
    {
        var app = Seed.Web(fixture.Host.Issuer);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        var hint = (await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid"))).Text("id_token")!;
        await RevokeAsync(new JsonWebToken(hint).Kid);
        await FollowAsync();
        var page = await browser.OpenAsync(QueryHelpers.AddQueryString("/connect/endsession", new Dictionary<string, string?>
        {
            ["id_token_hint"] = hint,
            ["post_logout_redirect_uri"] = "https://web.example.test/signed-out",
        }));
        Assert.Equal("/signout", page.Address.AbsolutePath);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_at_once_another_signs_and_no_session_ends()
    {
        var app = Seed.Web(fixture.Host.Issuer);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        var kid = new JsonWebToken(tokens.AccessToken).Kid;
        Assert.True((await app.UserInfoAsync(tokens.AccessToken)).IsOk);

        var next = await RevokeAsync(kid);
        await FollowAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.UserInfoAsync(tokens.AccessToken)).Status);
        Assert.False((await app.IntrospectAsync(tokens.AccessToken)).IsActive);
        var published = await PublishedKids();
        Assert.DoesNotContain(kid, published);
        Assert.Contains(next!, published);
        var refreshed = await app.RefreshAsync(tokens.RefreshToken);
        Assert.Equal(next, new JsonWebToken(refreshed.AccessToken).Kid);
        Assert.True((await app.UserInfoAsync(refreshed.AccessToken)).IsOk);
        Assert.Equal(1, await fixture.Host.WithDatabaseAsync(db =>
            db.AuditEvents.CountAsync(e => e.Kind == "keys.revoked" && e.Detail == "ES256 " + kid)));
        Assert.Null(await RevokeAsync("no-such-key"));
    }

    [Fact]
    public async Task A_key_that_is_revoked_after_a_rotation_hands_over_to_the_announced_one_at_once()
    {
        var leaked = fixture.Host.Services.GetRequiredService<KeyRing>().Current.Signer(RingKeys.Es256).Kid;
        var made = await RotateAsync();
        await FollowAsync();
        Assert.Contains(await RevokeAsync(leaked), made);
        await FollowAsync();
        Assert.Contains(
            new JsonWebToken((await Seed.Machine(fixture.Host.Issuer).ClientCredentialsAsync("notes:read")).AccessToken).Kid, made);
    }

    [Fact]
    public async Task An_announced_key_that_is_revoked_leaves_the_former_one_in_use()
    {
        var former = fixture.Host.Services.GetRequiredService<KeyRing>().Current.Signer(RingKeys.Es256).Kid;
        await RotateAsync();
        await FollowAsync();
        var announced = await fixture.Host.WithDatabaseAsync(db =>
            db.Keys.Where(k => k.Algorithm == RingKeys.Es256 && k.RetiredAt == null).Select(k => k.Kid).SingleAsync());
        Assert.Equal(former, await RevokeAsync(announced));
        fixture.Time.Advance(KeyLife.Announcement + KeyLife.Retention(RingKeys.Es256) + TimeSpan.FromSeconds(1));
        await FollowAsync();
        Assert.Equal(former, fixture.Host.Services.GetRequiredService<KeyRing>().Current.Signer(RingKeys.Es256).Kid);
    }

    private async Task<string?> RevokeAsync(string kid)
    {
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<KeyRotation>().RevokeAsync(kid, default);
    }

    private static string Forge(SigningRingKey key, string accessToken)
    {
        var claims = JsonNode.Parse(Base64UrlEncoder.DecodeBytes(accessToken.Split('.')[1]))!.AsObject();
        claims["exp"] = (long)claims["exp"]! + 1_000_000;
        return key.Sign("at+jwt", JsonSerializer.SerializeToUtf8Bytes(claims));
    }

    private async Task<IReadOnlyList<string>> RotateAsync()
    {
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        var rotation = scope.ServiceProvider.GetRequiredService<KeyRotation>();
        return [.. (await rotation.RotateAsync(KeyLife.Announcement, default)).Select(k => k.Kid)];
    }

    // What the background service does every two seconds.
    private Task FollowAsync() => fixture.Host.Services.GetRequiredService<KeyRing>().RefreshAsync(default);

    private async Task<IReadOnlyList<string>> PublishedKids()
    {
        var keys = await fixture.Host.Issuer.GetJsonAsync("/.well-known/jwks");
        return [.. keys.GetProperty("keys").EnumerateArray().Select(k => k.GetProperty("kid").GetString()!)];
    }
}

public sealed class KeyRotationOnSqliteTests(SqliteHost fixture) : KeyRotationTests(fixture), IClassFixture<SqliteHost>;

public sealed class KeyRotationOnPostgresTests(PostgresHost fixture) : KeyRotationTests(fixture), IClassFixture<PostgresHost>;
