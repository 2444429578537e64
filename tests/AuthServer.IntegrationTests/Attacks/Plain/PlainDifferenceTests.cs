using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using static AuthServer.IntegrationTests.Attacks.Plain.Parties;

namespace AuthServer.IntegrationTests.Attacks.Plain;

/// <summary>
/// The direct answers against the library's: the same thousands of requests, right, wrong and mutated, get the same answers.
/// </summary>
public sealed class PlainDifferenceTests
{
    private const int MostHeld = 30;

    private readonly List<Held> _codes = [], _refreshTokens = [], _accessTokens = [], _idTokens = [];

    [Theory]
    [InlineData(DatabaseKind.Sqlite, 1UL, 2500)]
    [InlineData(DatabaseKind.Postgres, 2UL, 1500)]
    public async Task Every_request_gets_the_same_answer_directly_and_from_the_library(DatabaseKind kind, ulong seed, int requests)
    {
        await using var twins = await Twins.StartAsync(kind);
        var dice = new Dice(seed);
        await twins.SignInAsync(Seed.Alice);
        for (var i = 0; i < requests; i++)
        {
            var origin = $"Seed {seed}, step {i}";
            if (_codes.Count == 0 || dice.Percent(14)) await AuthorizeAsync(twins, dice, origin);
            if (dice.Percent(8))
            {
                twins.Time.Advance(TimeSpan.FromSeconds(dice.Weighted((10, 1), (6, 5), (4, 11), (3, 31), (3, 61), (1, 450), (1, 900))));
            }
            if (dice.Percent(3)) await EdgeAsync(twins, dice, origin);
            if (dice.Percent(1)) await ChangeWhoSitsThereAsync(twins, dice);
            if (dice.Percent(12)) await AuthorizationDrafts.CompareAsync(twins, dice, dice.Of(Apps), origin);
            var draft = Next(dice);
            for (var left = dice.Weighted((60, 0), (28, 1), (12, 2)); left > 0; left--) draft = Mutations.Mutate(dice, draft);
            if (draft.Path.StartsWith("/.well-known", StringComparison.Ordinal)) await CompareDocumentAsync(twins, draft, origin);
            else Keep(draft, (await twins.SendAsync(draft, origin)).Json);
        }

        twins.Same(await twins.BothAsync(twins.StateAsync), $"Seed {seed}, at the end");
        TestContext.Current.SendDiagnosticMessage($"{kind}: {twins.Direct} of {requests} requests were answered directly.");
        Assert.InRange(twins.Direct, requests / 8, requests * 3 / 4);
    }

    private async Task AuthorizeAsync(Twins twins, Dice dice, string origin)
    {
        var app = dice.Of(Apps);
        var scope = string.Join(' ', app.Scopes.Where((_, i) => i == 0 || dice.Percent(60)));
        var verifier = dice.Percent(90) || app.Secret is null ? dice.Word(64) : null;
        (string, string?)[] extra =
        [
            ("state", "s"), ("nonce", dice.Percent(80) ? dice.Word(16) : null),
            ("code_challenge", verifier is null ? null : Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)))),
            ("code_challenge_method", verifier is null ? null : "S256"),
            ("claims", dice.Percent(20)
                ? """{"userinfo":{"email":null,"address":null},"id_token":{"auth_time":{"essential":true},"nickname":null}}"""
                : null),
            ("resource", dice.Percent(10) ? Seed.Api : null),
        ];
        var answers = await twins.BothAsync(
            side =>
                twins.Browsers[side].AuthorizeAsync(
                    new ClientApp(twins.Hosts[side].Issuer, app.Id, app.Secret, app.RedirectUri), scope, extra));
        twins.Same(answers.Map(a => $"{a.Error} {a.Parameters.ContainsKey("code")} {a.Page.Address.AbsolutePath}"), origin);
        if (answers.Direct.Parameters.ContainsKey("code")) Hold(_codes, new(answers.Map(a => a.Code), app, verifier));
    }

    /// <summary>The second before, at and after the end of a code, an access token, a grace.</summary>
    private async Task EdgeAsync(Twins twins, Dice dice, string origin)
    {
        switch (dice.Below(3))
        {
            case 0:
                await AuthorizeAsync(twins, dice, origin);
                var code = _codes[^1];
                twins.Time.Advance(TimeSpan.FromSeconds(dice.Of(59, 60, 61)));
                var redeem = Right(new("POST", "/connect/token"), code.Client).Set("grant_type", "authorization_code")
                    .Set("code", code.Text).Set("redirect_uri", code.Client.RedirectUri);
                await SendAsync(code.Verifier is null ? redeem : redeem.Set("code_verifier", code.Verifier));
                break;
            case 1:
                await SendAsync(Right(new("POST", "/connect/token"), Machine).Set("grant_type", "client_credentials"));
                // Decoders of base64url pass over white space, and some over padding; a token has neither.
                foreach (var tail in new[] { "", " ", "\t", "\n", "=", "==" })
                {
                    await SendAsync(Right(new("POST", "/connect/introspect"), Parties.Api)
                        .Set("token", _accessTokens[^1].Text.Map(t => t + tail)));
                }
                twins.Time.Advance(TimeSpan.FromSeconds(dice.Of(898, 899, 900, 901)));
                await SendAsync(Right(new("POST", "/connect/introspect"), Parties.Api).Set("token", _accessTokens[^1].Text));
                break;
            default:
                if (_refreshTokens.Count == 0) break;
                var token = _refreshTokens[^1];
                var refresh = Right(new("POST", "/connect/token"), token.Client).Set("grant_type", "refresh_token")
                    .Set("refresh_token", token.Text);
                await SendAsync(refresh);
                twins.Time.Advance(TimeSpan.FromSeconds(dice.Of(0, 29, 30, 31)));
                await SendAsync(refresh);
                break;
        }

        async Task SendAsync(Draft draft) => Keep(draft, (await twins.SendAsync(draft, origin + ", at the edge")).Json);
    }

    private static Draft Right(Draft draft, Party client) =>
        client.Secret is null ? draft.Set("client_id", client.Id) : draft.Basic(client.Id, client.Secret);

    private static async Task ChangeWhoSitsThereAsync(Twins twins, Dice dice)
    {
        if (dice.Percent(50))
        {
            await twins.BothAsync(async side =>
            {
                var page = await twins.Browsers[side].OpenAsync("/signout");
                return page.HasForm("/signout") ? await twins.Browsers[side].SubmitAsync(page, "/signout") : page;
            });
            await twins.SignInAsync(dice.Of(Seed.Alice, Seed.Bob, Seed.Carol));
            return;
        }

        // Bob comes and goes; his sessions with him.
        var stamp = dice.Word(32);
        var off = dice.Percent(50);
        var now = twins.Time.GetUtcNow().UtcDateTime;
        await twins.BothAsync(side => twins.Hosts[side].WithDatabaseAsync(db => db.Users.Where(u => u.Email == Seed.Bob.Email)
            .ExecuteUpdateAsync(
                u =>
                    u.SetProperty(x => x.DisabledAt, off ? now : null)
                        .SetProperty(x => x.SecurityStamp, x => off ? x.SecurityStamp : stamp))));
        await twins.SignInAsync(off ? Seed.Alice : Seed.Bob);
    }

    private Draft Next(Dice dice) => dice.Weighted<Func<Draft>>(
        (15, () => Redeem(dice)), (20, () => Refresh(dice)), (14, () => MachineToken(dice)), (22, () => Introspect(dice)),
            (16, () => UserInfo(dice)),
        (3, () => Revoke(dice)),
            (4, () =>
                new(
                    "GET", dice.Of(
                        "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/.well-known/jwks"))))();

    private Draft Redeem(Dice dice)
    {
        var code = dice.Of(_codes);
        var draft = As(dice, new("POST", "/connect/token"), dice.Percent(95) ? code.Client : dice.Of(Apps))
            .Set("grant_type", "authorization_code").Set("code", code.Text)
                .Set("redirect_uri", dice.Percent(96) ? code.Client.RedirectUri : dice.Of(Apps).RedirectUri);
        if (code.Verifier is not null) draft = draft.Set("code_verifier", dice.Percent(97) ? code.Verifier : dice.Word(64));
        return dice.Percent(5)
            ? draft.Set("resource", dice.Of(Seed.Api, "https://auth.example.test", "https://other.example.test"))
            : draft;
    }

    private Draft Refresh(Dice dice)
    {
        // The newest ones still stand; the older ones have been rotated.
        var token = _refreshTokens.Count == 0
            ? new("none", Apps[0])
            : dice.Percent(70)
            ? _refreshTokens[^(1 + dice.Below(Math.Min(4, _refreshTokens.Count)))]
            : dice.Of(_refreshTokens);
        var draft = As(dice, new("POST", "/connect/token"), dice.Percent(96) ? token.Client : dice.Of(Apps))
            .Set("grant_type", "refresh_token").Set("refresh_token", token.Text);
        if (dice.Percent(12))
        {
            draft = draft.Set(
                "scope", dice.Of("openid", "openid notes:read", "openid offline_access", "notes:write", "openid unknown", "openid openid"));
        }
        return dice.Percent(5) ? draft.Set("resource", dice.Of(Seed.Api, "https://other.example.test")) : draft;
    }

    private static Draft MachineToken(Dice dice)
    {
        var draft = As(
            dice, new("POST", "/connect/token"), dice.Weighted(
                (8, Machine), (3, Silent), (2, Posting), (1, Parties.Api), (1, Apps[1]), (1, Apps[0]), (1, Bff), (1, TlsMachine),
                    (1, Stranger))).Set("grant_type", "client_credentials");
        if (dice.Percent(60))
        {
            draft = draft.Set(
                "scope", dice.Of("notes:read", "notes:read", "notes:write", "openid", "notes:read notes:read", "notes:read ", "unknown"));
        }
        return dice.Percent(8) ? draft.Set("resource", dice.Of(Seed.Api, "https://other.example.test")) : draft;
    }

    private Draft Introspect(Dice dice)
    {
        var token = AnyToken(dice);
        var caller = dice.Weighted((5, Parties.Api), (4, token.Client), (1, Machine), (1, Apps[1]), (1, Apps[0]), (1, Stranger));
        var draft = As(dice, new("POST", "/connect/introspect"), caller).Set("token", token.Text);
        return dice.Percent(25)
            ? draft.Set("token_type_hint", dice.Of("access_token", "refresh_token", "id_token", "authorization_code", "nonsense"))
            : draft;
    }

    private Draft UserInfo(Dice dice)
    {
        var token = dice.Percent(85) && _accessTokens.Count > 0 ? Recent(dice, _accessTokens) : AnyToken(dice);
        if (dice.Percent(85)) return new Draft("GET", "/connect/userinfo").Header("Authorization", token.Text.Map(t => "Bearer " + t));
        return new Draft("POST", "/connect/userinfo").Set("access_token", token.Text);
    }

    private Draft Revoke(Dice dice)
    {
        var token = AnyToken(dice);
        return As(dice, new("POST", "/connect/revoke"), dice.Percent(80) ? token.Client : dice.Of(Apps)).Set("token", token.Text);
    }

    private Held AnyToken(Dice dice)
    {
        var kinds = new[] { _accessTokens, _accessTokens, _accessTokens, _refreshTokens, _idTokens, _codes }.Where(k => k.Count > 0)
            .ToList();
        return kinds.Count == 0 ? new("none", Machine) : Recent(dice, dice.Of(kinds));
    }

    private static Held Recent(Dice dice, List<Held> held) =>
        dice.Percent(60) ? held[^(1 + dice.Below(Math.Min(5, held.Count)))] : dice.Of(held);

    private static Draft As(Dice dice, Draft draft, Party client)
    {
        if (client.Secret is null) return draft.Set("client_id", client.Id);
        return dice.Weighted<Func<Draft>>(
            (10, () => draft.Basic(client.Id, client.Secret)),
            (8, () => draft.Set("client_id", client.Id).Set("client_secret", client.Secret)),
            (1, () => draft.Basic(client.Id, client.Secret).Set("client_id", client.Id)),
            (1, () => draft.Basic(client.Id, client.Secret).Set("client_id", "spa")),
            (1, () => draft.Basic(client.Id, "wrong")),
            (1, () => draft.Set("client_id", client.Id)))();
    }

    private void Keep(Draft draft, Pair<JsonObject?> json)
    {
        if (json is not { Direct: { } direct, Library: { } library } || draft.Path != "/connect/token" || direct["access_token"] is null)
        {
            return;
        }
        var clientId = new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(direct["access_token"]!.GetValue<string>())
            .GetPayloadValue<string>("client_id");
        var client = Apps.Concat([Machine, Silent, Posting, TlsMachine]).First(a => a.Id == clientId);
        foreach (var (name, list) in new[] { ("access_token", _accessTokens), ("refresh_token", _refreshTokens), ("id_token", _idTokens) })
        {
            if (direct[name] is { } one && library[name] is { } other)
            {
                Hold(list, new(new(one.GetValue<string>(), other.GetValue<string>()), client));
            }
        }
    }

    private static void Hold(List<Held> list, Held held)
    {
        list.Add(held);
        if (list.Count > MostHeld) list.RemoveAt(0);
    }

    /// <summary>
    /// Documents carry a validator and may be kept when they are answered directly; everything else about them is the same.
    /// </summary>
    private static async Task CompareDocumentAsync(Twins twins, Draft draft, string origin)
    {
        var read = await twins.BothAsync(async side =>
        {
            using var request = draft.For(side);
            using var answer = await twins.Hosts[side].Issuer.Http.SendAsync(request);
            var body = await answer.Content.ReadAsStringAsync();
            if (body.StartsWith("{\"keys\"", StringComparison.Ordinal))
            {
                body = string.Join(
                    ' ', JsonNode.Parse(body)!["keys"]!.AsArray()
                        .Select(k => string.Join(',', k!.AsObject().Select(m => m.Key is "x" or "y" or "n" or "kid" ? m.Key : $"{m}"))));
            }
            // A problem ends with its reference code.
            if (answer.StatusCode != HttpStatusCode.OK) body = body.Split("reference")[0];
            return (
                Text: $"{(int)answer.StatusCode} {answer.Content.Headers.ContentType}\n{body}", Tag: answer.Headers.ETag?.ToString(),
                    Cache: answer.Headers.CacheControl?.ToString());
        });
        twins.Same(read.Map(r => r.Text), $"{origin}: {draft.Describe()}");
        if (read.Direct.Tag is not { } tag) return;
        Assert.Null(read.Library.Tag);
        Assert.True(read.Direct.Cache is "no-cache" or "public, max-age=10", read.Direct.Cache);
        foreach (var known in new[] { tag, $"W/{tag}", $"\"x\", {tag}", $"{tag[..^1]}-gzip\"", "*", "\"x\"" })
        {
            var status = known == "\"x\"" ? HttpStatusCode.OK : HttpStatusCode.NotModified;
            using var again = draft.Header("If-None-Match", known).For(0);
            using var same = await twins.Hosts[0].Issuer.Http.SendAsync(again);
            Assert.Equal((status, status == HttpStatusCode.OK), (same.StatusCode, (await same.Content.ReadAsStringAsync()).Length > 0));
        }
    }
}
