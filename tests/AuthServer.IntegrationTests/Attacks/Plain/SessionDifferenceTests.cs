using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Attacks.Plain;

/// <summary>
/// POST /v1/auth/refresh and /v1/auth/logout the plain way and the long way: the same answers, and the same rows at the end.
/// </summary>
public sealed class SessionDifferenceTests
{
    private const int Requests = 250;
    private const int MostHeld = 8;

    private readonly List<(Pair<string> Refresh, Pair<string> Access)> _held = [];

    [Theory]
    [InlineData(DatabaseKind.Sqlite, 5UL)]
    [InlineData(DatabaseKind.Postgres, 6UL)]
    public async Task Refresh_and_logout_get_the_same_answers_both_ways(DatabaseKind kind, ulong seed)
    {
        await using var twins = await Twins.StartAsync(kind);
        var dice = new Dice(seed);
        for (var i = 0; i < Requests; i++)
        {
            if (_held.Count == 0 || dice.Percent(10)) await LogInAsync(twins, dice);
            var draft = Next(dice);
            for (var left = dice.Weighted((55, 0), (30, 1), (15, 2)); left > 0; left--) draft = Mutate(dice, draft);
            Keep((await twins.SendAsync(draft, $"Seed {seed}, step {i}")).Json);
            if (dice.Percent(8)) twins.Time.Advance(TimeSpan.FromSeconds(dice.Of(1, 29, 31, 899, 901)));
        }

        twins.Same(await twins.BothAsync(twins.StateAsync), $"Seed {seed}, at the end");
        Assert.InRange(twins.Direct, Requests / 5, Requests * 9 / 10);
    }

    private async Task LogInAsync(Twins twins, Dice dice)
    {
        var person = dice.Of(Seed.Alice, Seed.Carol);
        var scope = dice.Of("", ",\"scope\":\"openid account:read\"", ",\"scope\":\"openid users:read\"", ",\"scope\":\"account:write\"");
        var body = $$"""{"email":"{{person.Email}}","password":"{{person.Password}}"{{scope}}}""";
        Keep(
            (await twins.SendAsync(new Draft("POST", "/v1/auth/login") { ContentType = "application/json", Body = _ => body }, "A login"))
                .Json);
    }

    private void Keep(Pair<System.Text.Json.Nodes.JsonObject?> json)
    {
        if (json is not { Direct: { } direct, Library: { } library } || direct["refresh_token"] is null || library["refresh_token"] is null)
        {
            return;
        }
        _held.Add((Text("refresh_token"), Text("access_token")));
        if (_held.Count > MostHeld) _held.RemoveAt(0);

        Pair<string> Text(string member) => new(direct[member]!.GetValue<string>(), library[member]!.GetValue<string>());
    }

    private Draft Next(Dice dice)
    {
        var (refresh, access) = dice.Percent(70) ? _held[^1] : dice.Of(_held);
        return dice.Weighted<Func<Draft>>(
            (10, () => Json("/v1/auth/refresh", "refresh_token", refresh)),
            (5, () => Cookie("/v1/auth/refresh", refresh)),
            (3, () => Json("/v1/auth/logout", "refresh_token", refresh)),
            (2, () => Cookie("/v1/auth/logout", refresh)),
            (
                3, () =>
                    new Draft("POST", "/v1/auth/logout") { ContentType = null }.Header("Authorization", access.Map(t => "Bearer " + t))))();
    }

    // The value stands in the form, which each side has its own of; what travels is JSON.
    private static Draft Json(string path, string member, Pair<string> value) => new Draft("POST", path)
    {
        ContentType = "application/json",
        Encode = text => text,
        Body = text => text.Length == 0
            ? ""
            : $$"""{"{{member}}":{{JsonSerializer.Serialize(text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..])}}}""",
    }.Set(member, value);

    private static Draft Cookie(string path, Pair<string> token) =>
        (new Draft("POST", path) { ContentType = null }).Header("Cookie", token.Map(t => "__Secure-authplatform-refresh=" + t))
            .Header("X-CSRF", "1").Header("Origin", AuthServerHost.IssuerText);

    private static Draft Mutate(Dice dice, Draft draft)
    {
        var (body, member) = (draft.Body, dice.Of(
            "\"client_id\":\"console\"", "\"client_id\":\"authplatform-first-party\"", "\"client_id\":\"nobody\"", "\"client_id\":\"\"",
            "\"client_id\":\"bff\"",
            "\"scope\":\"openid\"", "\"scope\":\"openid unknown\"", "\"scope\":\"\"", "\"x\":1", "\"refresh_token\":\"x\"",
            "\"refresh_token\":null"));
        // Chosen here, and not when a side is sent: both get the same.
        var whole = dice.Of("", "[]", "null", "{}");
        var access = dice.Of("Bearer x", "Bearer ", "bearer a.b.c", "Basic YmZmOng=", "Digest x", "DPoP x");
        return dice.Weighted<Func<Draft>>(
            (
                6, () =>
                    draft with { Body = text => body(text) is ['{', .. var rest] ? $"{{{member},{rest}" : $"{{{member}}}",
                        ContentType = "application/json" }),
            (2, () => draft with { Body = text => body(text) is { Length: > 0 } made ? made[..^1] : "{" }),
            (1, () => draft with { Body = _ => whole }),
            (
                2, () =>
                    draft with { ContentType = dice.Of(
                        "application/json; charset=utf-8", "APPLICATION/JSON", "text/json", "application/x-www-form-urlencoded") }),
            (2, () => draft.WithoutHeader("X-CSRF")),
            (
                2, () =>
                    draft.WithoutHeader("Origin")
                        .Header("Origin", dice.Of("https://evil.example.test", "https://console.example.test", "null"))),
            (3, () => draft.WithoutHeader("Authorization").Header("Authorization", access)),
            (1, () => draft.Header("DPoP", "e30.e30.x")),
            (1, () => draft.Header("Accept", dice.Of("application/json", "application/jwt"))),
            (1, () => draft with { Query = "?refresh_token=x" }),
            (1, () => draft with { Path = dice.Of(draft.Path + "/", draft.Path.ToUpperInvariant()) }),
            (1, () => draft with { Method = dice.Of("GET", "PUT") }))();
    }
}
