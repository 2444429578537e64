using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Attacks.Plain;

/// <summary>
/// POST /v1/auth/login directly and through the library: right, wrong and odd bodies get the same answers and leave the same rows.
/// </summary>
public sealed class LoginDifferenceTests
{
    private const int Mutated = 150;

    private static readonly string[] ContentTypes =
        ["application/json; charset=utf-8", "application/json;charset=utf-8", "APPLICATION/JSON", "application/json; charset=utf-16",
            "text/json", "application/x-www-form-urlencoded", ""];

    private static readonly string[] Clients = ["\"console\"", "\"spa\"", "\"web\"", "\"bff\"", "\"machine\"", "\"nobody\"", "\"\"",
        "null", "7", "\" console\"", "\"CONSOLE\"", "\"con\\u0073ole\"", "\"ü\""];

    [Theory]
    [InlineData(DatabaseKind.Sqlite, 3UL)]
    [InlineData(DatabaseKind.Postgres, 4UL)]
    public async Task A_login_gets_the_same_answer_directly_and_from_the_library(DatabaseKind kind, ulong seed)
    {
        await using var twins = await Twins.StartAsync(kind);
        var dice = new Dice(seed);
        for (var i = 0; i < Mutated; i++)
        {
            var draft = Login(dice);
            for (var left = dice.Weighted((50, 0), (35, 1), (15, 2)); left > 0; left--) draft = Mutate(dice, draft);
            await twins.SendAsync(draft, $"Seed {seed}, step {i}");
            // The tries of an account come back.
            twins.Time.Advance(TimeSpan.FromMinutes(dice.Weighted((9, 0), (1, 20))));
        }

        twins.Same(await twins.BothAsync(twins.StateAsync), $"Seed {seed}, at the end");
        Assert.InRange(twins.Direct, Mutated / 5, Mutated * 4 / 5);
    }

    private static Draft Login(Dice dice)
    {
        var person = dice.Of(Seed.Alice, Seed.Bob, Seed.Carol);
        var email = dice.Weighted(
            (8, person.Email), (1, person.Email.ToUpperInvariant()), (1, $" {person.Email} "),
                (2, "nobody@example.test"), (1, ""), (1, "a\0b"));
        var password = dice.Weighted((9, person.Password), (2, person.Password + "x"), (1, ""));
        return Json($$"""{"email":{{JsonSerializer.Serialize(email)}},"password":{{JsonSerializer.Serialize(password)}}}""");
    }

    private static Draft Json(string body) => new("POST", "/v1/auth/login") { ContentType = "application/json", Body = _ => body };

    private static Draft Mutate(Dice dice, Draft draft)
    {
        var body = draft.Body("");
        return dice.Weighted<Func<Draft>>(
            (6, () => With(draft, Add(body, $"\"client_id\":{dice.Of(Clients)}"))),
            (3, () => With(draft, Add(body, $"\"refresh_cookie\":{dice.Of("true", "false", "false", "1", "null")}"))),
            (2, () => With(draft, Add(body, dice.Of("\"x\":1", "\"email\":\"a@b.test\"", "\"scope\":\"openid\"", "\"Password\":\"x\"")))),
            (2, () => With(draft, body[..^1])),
            (1, () => With(draft, body + dice.Of(" ", "\n", "}", ",", "{}", "\0"))),
            (1, () => With(draft, dice.Of("", "[]", "null", "\"x\"", "{}", "{\"email\":1,\"password\":2}", "[" + body + "]"))),
            (1, () => With(draft, body + new string(' ', dice.Of(1_500, 2_100, 17_000)))),
            (3, () => draft with { ContentType = dice.Of(ContentTypes) }),
            (2, () => draft.Basic("bff", dice.Of("bff-secret-Lw8Kz3Qv7Tn5Yb1Rd9XhJf5pQ2", "wrong"))),
            (1, () => draft.Header("Authorization", dice.Of("Bearer x", "Basic", "Digest x"))),
            (2, () => draft.Header("X-CSRF", "1")),
            (2, () => draft.Header("Origin", dice.Of("https://console.example.test", "https://evil.example.test", "null"))),
            (1, () => draft.Header("Accept", dice.Of("text/html", "*/*;q=0"))),
            (1, () => draft with { Query = dice.Of("?", "?client_id=spa", "?email=x") }),
            (1, () => draft with { Method = dice.Of("GET", "PUT", "HEAD", "OPTIONS") }),
            (1, () => draft with { Path = dice.Of("/v1/auth/login/", "/V1/AUTH/LOGIN", "/v1/auth//login", "/auth/login") }))();
    }

    private static Draft With(Draft draft, string body) => draft with { Body = _ => body };

    private static string Add(string body, string member) => body.EndsWith('}') ? $"{body[..^1]},{member}}}" : body;
}
