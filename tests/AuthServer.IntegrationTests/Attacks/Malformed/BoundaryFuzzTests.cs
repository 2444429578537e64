using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace AuthServer.IntegrationTests.Attacks.Malformed;

/// <summary>
/// Bytes without any sense for the endpoint, at the server and at ResourceApi: whatever comes, the answer is never a failure of the server.
/// </summary>
/// <remarks>
/// Each run plays other requests for a few seconds. One that failed is repeated by its seed: it is added to <see cref="Saved"/>, which
/// every run replays.
/// </remarks>
public sealed class BoundaryFuzzTests(BareServer bare) : IClassFixture<BareServer>
{
    private const int AtOnce = 4, MostShown = 10;

    // Seeds of requests that once failed, and some that did not.
    private static readonly ulong[] Saved = [1, 2, 3, 5, 8, 13, 14403330243893976845, 14403330243893976877, 14403330243893977480,
        14403330243893977592];

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(8);

    private static readonly string[] Server =
    [
        "/", "/signin", "/signup", "/signout", "/signed-out", "/consent", "/connect/authorize", "/connect/token", "/connect/userinfo",
        "/connect/introspect", "/connect/revoke",
        "/connect/endsession", "/.well-known/openid-configuration", "/.well-known/jwks", "/v1/auth/register", "/v1/auth/login",
        "/v1/auth/refresh", "/v1/auth/logout",
        "/v1/users", "/v1/users/me", "/v1/openapi.json", "/v1/docs/", "/auth/login", "/health/live", "/health/ready", "/assets/app.css",
        "/nothing", "*", "",
    ];

    private static readonly string[] ResourceApi =
        ["/v1/notes", "/v1/notes/00000000-0000-0000-0000-000000000000", "/v1/payments", "/health/live",
            "/.well-known/oauth-protected-resource", "/nothing", "*"];

    private static readonly string[] Types =
    [
        .. Hostile.ContentTypes, "application/x-www-form-urlencoded;;", "application/x-www-form-urlencoded, text/plain",
        "application/x-www-form-urlencoded; =",
        "application/x-www-form-urlencoded; charset=\"utf-8", "application/x-www-form-urlencoded charset=x",
        "application/json; charset=nonsense", "application/json; charset=utf-7",
    ];

    private static readonly string[] Encodings = ["gzip", "br", "identity", "deflate, gzip", "x", "", "gzip;q=0", "\u00ff"];

    private static readonly string[] Names =
    [
        "Accept", "Accept-Language", "Accept-Encoding", "Accept-Charset", "Content-Encoding", "Content-Language", "Content-Range",
        "Cookie", "Authorization", "Origin", "Referer", "Host",
        "If-Match", "If-None-Match", "If-Modified-Since", "If-Range", "Range", "Expect", "Upgrade", "Connection", "TE", "Trailer",
        "Transfer-Encoding", "User-Agent", "Via",
        "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "Idempotency-Key", "X-CSRF", "DPoP", "Signature",
        "Prefer", "Access-Control-Request-Method",
        "Access-Control-Request-Headers", "Sec-Fetch-Site", "X-HTTP-Method-Override", "Date", "Max-Forwards", "Content-Length",
        "Content-MD5", "Proxy-Authorization", "Client-Cert",
    ];

    [Fact]
    public async Task No_bytes_make_a_server_fail()
    {
        var (failed, count, began) = (new List<string>(), 0, Stopwatch.StartNew());
        await Task.WhenAll(Saved.Select(seed => PlayAsync(seed, failed)));
        var first = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        await Parallel.ForAsync(0, AtOnce, async (lane, _) =>
        {
            for (var i = (ulong)lane; began.Elapsed < Budget; i += AtOnce)
            {
                await PlayAsync(first + i, failed);
                Interlocked.Increment(ref count);
            }
        });
        TestContext.Current.SendDiagnosticMessage($"{count} requests from seed {first}");
        Assert.True(
            failed.Count == 0, $"{failed.Count} of {count} failed:\n{string.Join("\n\n", failed.Take(MostShown))}\n{bare.Failures}");
        Assert.Equal("", bare.Failures);
        Assert.True(count > 100);
    }

    private async Task PlayAsync(ulong seed, List<string> failed)
    {
        var dice = new Dice(seed);
        var atServer = dice.Percent(75);
        var text = Request(dice, atServer ? Server : ResourceApi);
        RawAnswer answer;
        try
        {
            answer = await (atServer ? bare.Server : bare.ResourceApi).SendAsync(text);
        }
        catch (OperationCanceledException)
        {
            lock (failed) failed.Add($"seed {seed}: no answer\n{Shown(text)}");
            return;
        }

        // 501 and 505 are Kestrel's words for a transfer coding and a version of HTTP that it does not speak (RFC 9110 sections 15.6.2 and
        // 15.6.6).
        if (answer.Status is < 500 or 501 or 505) return;
        lock (failed) failed.Add($"seed {seed}: {answer.Status}\n{Shown(text)}");
    }

    private static string Request(Dice dice, string[] paths)
    {
        var path = dice.Of(paths);
        if (dice.Percent(20) && path.Length > 1) path = dice.Of(Hostile.Paths)(path);
        if (dice.Percent(30))
        {
            path += "?" + string.Join(
                '&', Enumerable.Range(0, dice.Below(4))
                    .Select(
                        _ =>
                            dice.Of(
                                "client_id", "returnUrl", "id_token_hint", "after", "limit", "cursor", dice.Word(3),
                                "") + "=" + Value(dice)));
        }
        var body = dice.Percent(50)
            ? dice.Of(dice.Of(Hostile.Bodies), "a=b", "{\"text\":\"a\"}", $"token={Value(dice)}&client_id={Value(dice)}", Bytes(dice))
            : "";
        var headers = new List<string> { $"Host: {(dice.Percent(90) ? "localhost" : Bytes(dice))}", "Connection: close" };
        if (dice.Percent(60)) headers.Add("Content-Type: " + dice.Of(Types));
        if (dice.Percent(10)) headers.Add("Content-Type: " + dice.Of(Types));
        if (dice.Percent(10)) headers.Add("Content-Encoding: " + dice.Of(Encodings));
        if (dice.Percent(30)) headers.Add("Accept: text/html");
        for (var left = dice.Below(4); left > 0; left--) headers.Add(Header(dice));
        headers.Add(dice.Weighted(
            (80, $"Content-Length: {body.Length.ToString(CultureInfo.InvariantCulture)}"), (10, "Transfer-Encoding: chunked"),
                (5, "Content-Length: 9999999"), (5, $"Content-Length: {Bytes(dice)}")));
        var method = dice.Percent(50) ? dice.Of("GET", "POST") : dice.Of(Hostile.Methods);
        var version = dice.Percent(97) ? "1.1" : dice.Of("1.0", "2.0", "9", "");
        var text = $"{method} {path} HTTP/{version}\r\n{string.Join("\r\n", headers)}\r\n\r\n";
        if (headers[^1].StartsWith("Transfer", StringComparison.Ordinal)) body = $"{body.Length:x}\r\n{body}\r\n0\r\n\r\n";
        return dice.Percent(3) ? Damage(dice, text) : text + body;
    }

    private static string Header(Dice dice)
    {
        var (name, values) = dice.Of(Hostile.Headers);
        return dice.Percent(50) ? $"{name}: {dice.Of(values)}" : $"{dice.Of(Names)}: {Value(dice)}";
    }

    private static string Value(Dice dice) => dice.Percent(50) ? dice.Of(Hostile.Encoded) : dice.Percent(50) ? Bytes(dice) : dice.Word(20);

    private static string Bytes(Dice dice) => string.Create(dice.Below(24), dice, (text, d) =>
    {
        for (var i = 0; i < text.Length; i++) text[i] = (char)d.Below(256);
    });

    private static string Damage(Dice dice, string text)
    {
        var at = dice.Below(text.Length);
        return string.Concat(text.AsSpan(0, at), Bytes(dice), text.AsSpan(at));
    }

    private static string Shown(string text) =>
        string.Concat(
            (text.Length > 1_500 ? text[..1_500] : text)
                .Select(c => c is '\n' or (>= ' ' and <= '~') ? c.ToString() : c == '\r' ? "" : $"\\x{(int)c:x2}"));
}
