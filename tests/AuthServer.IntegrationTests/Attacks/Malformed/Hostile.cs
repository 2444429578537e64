using System.Collections.Immutable;

namespace AuthServer.IntegrationTests.Attacks.Malformed;

/// <summary>Values that break what takes them for what they claim to be.</summary>
internal static class Hostile
{
    /// <summary>For queries, forms and cookies: as they travel, one character a byte.</summary>
    public static readonly string[] Encoded =
    [
        "", "%00", "a%00b", "%00a", "a%00", "%01", "%1F", "%7F", "%C2%80", "%0D%0AX-Injected:%20yes", "%1B%5B2J%0D%0Aforged", "%0A", "%09",
        "%ED%A0%80", "%ED%B0%80x", "%FF%FE", "%C0%AF", "%C0%80", "%F4%90%80%80",
        "%E2%80%AE", "%EF%BF%BE", "%EF%BF%BF", "%F0%9F%92%A9", "%zz", "%", "%2", "%u0000", "+", "%20", "%25", "%2500", "%2525", "'",
        "%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "%27%20OR%201=1--",
        "..%2F..%2F..%2Fetc%2Fpasswd", "//evil.example", "https://evil.example/", "javascript:alert(1)", "\\\\evil", "-1", "0",
        "2147483648", "99999999999999999999", "1e999", "NaN", "true", "null", "[]", "{}",
        "%7B%22a%22:%22%00%22%7D", "%7B%22userinfo%22:%7B%22sub%22:%7B%22value%22:1%7D%7D%7D", "%5B%5B%5B%5B%5B%5B%5B%5B%5B%5B%5B%5D",
        "none", "login%20consent", "openid%20openid", "a%20%20b", "=", "==", "&", "a;b",
        "eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOiJub25lIn0..", "..", "...", "a.b.c", "a.b.c.d.e",
        "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJcdTAwMDAifQ.AA", "\u00ff\u00fe", "\u00c3\u00bc", "\u00c3", "\u0080",
        new('a', 300), new('a', 5_000), new('%', 400), string.Concat(Enumerable.Repeat("%F0%9F%92%A9", 400)), string.Concat(
            Enumerable.Repeat("%CC%88", 1500)),
        "a%00@example.test", "%EF%B7%BA@example.test", "a@example.test%00", "A@%00.test", "%00%00%00%00",
    ];

    /// <summary>JSON values, right and wrong.</summary>
    public static readonly string[] Json =
    [
        "null", "true", "false", "0", "-0", "1", "1.5", "-1", "1e999", "-1e999", "123456789012345678901234567890", "[]", "{}", "[[]]",
        "[null]", "[1]", "[\"a\"]", "{\"a\":1}", "{\"$ref\":\"x\"}", "{\"__proto__\":{}}",
        "\"\"", "\" \"", "\"\\u0000\"", "\"a\\u0000b\"", "\"a\\u0000b@example.test\"", "\"a@exa\\u0000mple.test\"", "\"\\ud800\"",
        "\"\\udc00x\"", "\"a\\ud800@example.test\"", "\"\\ud83d\\ude00\"", "\"\\uFFFE\"", "\"\\uFFFF\"",
        "\"\\u202e\"", "\"\\u0001\"", "\"\\n\"", "\"\\u0085\"", "\"\\x\"", "\"\u0001\"", "\"\n\"", "\"\u00ff\"", "\"\u00c3\u00bc\"",
        "\"\u00c0\u00af\"", "\"\u00ed\u00a0\u0080\"", "'a'", "undefined", "NaN", "Infinity", "01", "+1", ".5", "1.", "0x1",
        "\"unterminated", "[1,", "{\"a\"", "/**/1", "1//", "\"" + new string('a', 300) + "\"", "\"" + new string('a', 9_000) + "\"",
        new string('1', 5_000), new string('[', 2_000), new string('[', 9) + new string(']', 9),
        string.Concat(Enumerable.Repeat("{\"a\":", 500)), "\"alice@example.test\"", "\"ALICE@EXAMPLE.TEST\"", "\"\uFEFFx\"".Replace(
            "\uFEFF", "\u00ef\u00bb\u00bf", StringComparison.Ordinal),
        "\"" + string.Concat(
            Enumerable.Repeat("\u00cc\u0088", 2000)) + "\"", "\"00000000-0000-0000-0000-000000000000\"", "[\"admin\\u0000\"]",
                "[\"ADMIN\",\"admin\"]", "[\"root\"]",
    ];

    public static readonly string[] Bodies =
    [
        "", " ", "\0", "\0\0\0\0", "null", "[]", "\"a\"", "1", "{", "}", "{}", "{},", "{}{}", "{\"\":1}", "{\"\\u0000\":1}",
        "{\"a\\ud800\":1}", "{\"email\":\"a\",\"email\":\"b\"}", "\u00ef\u00bb\u00bf{}", "\u00ff\u00fe{\0}\0", "{\"a\":1,}", "{a:1}",
        "// x\n{}",
        "=", "&", "a", "&&&&", "=&=", "%00=%00", "%zz=%zz", "a=b;c=d", "a[]=1&a[]=2", "<?xml version=\"1.0\"?><a/>",
        "--x\r\nContent-Disposition: form-data; name=\"grant_type\"\r\n\r\nclient_credentials\r\n--x--\r\n", "--x\r\n\r\n", "--x",
        new('[', 10_000), new('a', 16_500), new('&', 300), new('=', 300), new('a', 66_000),
    ];

    public static readonly string[] ContentTypes =
    [
        "", "text/plain", "text/html", "application/json", "application/json; charset=utf-16", "application/json; charset=none",
        "application/jsonx", "application/problem+json", "application/merge-patch+json",
        "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16",
        "application/x-www-form-urlencoded; charset=\"\"", "application/x-www-form-urlencoded; charset=utf-7", "multipart/form-data",
        "multipart/form-data; boundary=x", "multipart/form-data; boundary=\"\"", "multipart/form-data; boundary=" + "yyyyyyyyyy",
        "multipart/mixed; boundary=x", "application/xml", "*/*", "/", ";", "\"", "application/json, application/json",
        "application/octet-stream",
    ];

    /// <summary>
    /// User-Agents as bytes: whole and broken UTF-8, cut where a database column ends, and what would forge a line or move a cursor.
    /// </summary>
    public static readonly string[] Agents =
    [
        new string('a', 254) + "\u00f0\u009f\u0098\u0080 tail", string.Concat(
            Enumerable.Repeat("\u00f0\u009f\u0098\u0080", 300)), "\u00ed\u00a0\u0080", "\u00f0\u009f", "\u00ff\u00fe\u0080",
                "a\tb\u00c2\u0085c",
        "\u00e2\u0080\u00ae\u00e2\u0080\u00a8forged", new string('\u00fc', 256), "a\u001b[2Jforged", "",
    ];

    public static readonly ImmutableArray<(string Name, string[] Values)> Headers =
    [
        (
            "Authorization",
            ["", "Basic", "Basic !", "Basic AA==", "Basic AP8=", "Basic Og==", "Basic AAA6AAA=", "Basic d2ViOgA=", "Basic JTAwOiUwMA==",
                "Basic d2ViJTAwOng=", "Basic /////w==", "Bearer", "Bearer ", "Bearer \u00ff", "Bearer a.b.c",
                "Bearer eyJhbGciOiJub25lIn0.e30.", "bearer x", "Digest x", "Negotiate", "Bearer a, Bearer b",
                "Basic " + "YWFhYWFhYWFhYWFh", "Bearer eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.bm90IGpzb24.AAAA"]),
        (
            "If-Match",
            ["", "*", "\"", "\"0\"", "\"-1\"", "\"99999999999999999999\"", "W/\"1\"", "\"1\", \"2\"", "1", "\"\u00ff\"", "*, *", "\"1",
                "''"]),
        ("If-None-Match", ["*", "\"", "\"1\"", "W/\"x\"", "x", ""]),
        (
            "Idempotency-Key",
            ["", "\"\"", "\"a\"", "a", "\"\u00ff\"", "\"a\\\"b\"", "\"" + new string('k', 300) + "\"", "?1", ":AA==:", "1", "\"a\";b=c",
                "\"a\", \"b\"", "\"a b\""]),
        (
            "Origin",
            ["", "null", "https://evil.example", "https://spa.example.test", "http://localhost", "garbage",
                "https://spa.example.test, https://evil.example", "https://spa.example.test:443", "file://", "https://\u00ff"]),
        (
            "Cookie",
            ["", "=", ";", "authplatform-session=", "authplatform-session=x", "authplatform-session=AAAA", "authplatform-session=%00",
                "authplatform-session=" + "\u00ff", "authplatform-refresh=%00", "authplatform-refresh=AAAA", "authplatform-refresh=\"",
                "authplatform-known=%00", "authplatform-known=AAAA", "authplatform-session=a; authplatform-session=b",
                ".AspNetCore.Antiforgery=x", "antiforgery=%00", "a=b;;;=;", new string('c', 4_000) + "=1",
                "authplatform-session=" + "AZ" + "AZAZAZAZAZAZAZAZAZAZAZAZAZAZAZAZAZAZAZAZAZAZAZAZAZAZAZAZAZAZAZAZ"]),
        ("Accept", ["", "*", "text/html", "text/html;q=", "application/json;q=abc", ",,,", "\u00ff", "text/*;q=0", "application/jwt"]),
        ("Accept-Language", ["xx", "", "*", "en;q=2", new string('e', 500), "de-\u00ff"]),
        ("X-CSRF", ["1", "", "2", "\u00ff"]),
        ("X-Forwarded-For", ["evil", "1.2.3.4", "[::1]:x", "\u00ff"]), ("X-Forwarded-Proto", ["https", "x"]),
            ("X-Forwarded-Host", ["evil.example"]), ("Forwarded", ["for=x;proto=https"]),
        ("Host", ["", "evil.example", "localhost:1", "a b", "[::1", "\u00ff"]), ("Expect", ["100-continue", "x"]),
            ("Upgrade", ["websocket", "h2c"]), ("Range", ["bytes=0-", "bytes=x"]), ("Content-Encoding", ["gzip", "br", "x"]),
        ("Access-Control-Request-Method", ["POST", "\u00ff", ""]), ("X-HTTP-Method-Override", ["DELETE"]),
            ("Transfer-Encoding", ["gzip", "identity", "chunked, chunked"]), ("Content-Type", ["text/plain"]),
                ("Content-Length", ["-1", "0", "x", "1, 2"]),
        ("User-Agent", ["", "\u00ff", new string('u', 2_000), "a\tb"]), ("Referer", ["https://evil.example"]), ("X\u00ff", ["x"]),
            ("X Y", ["x"]), ("", ["x"]), ("DPoP", ["x"]), ("traceparent", ["00-x-y-z", "\u00ff"]), ("Prefer", ["x"]), ("TE", ["trailers"]),
                ("Sec-Fetch-Site", ["cross-site"]),
    ];

    public static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "post",
        "X"];

    /// <summary>Other ways to write a path.</summary>
    public static readonly Func<string, string>[] Paths =
    [
        p =>
            p + "/", p =>
                "/" + p, p =>
                    p + "//", p =>
                        p.ToUpperInvariant(), p =>
                            p + "/.", p =>
                                "/x/.." + p, p =>
                                    p + "%2f", p =>
                                        p + "%00", p =>
                                            p + "%20", p =>
                                                p + ";x=y", p =>
                                                    p.Replace("/", "/./", StringComparison.Ordinal), p =>
                                                        p.Replace("/", "//", StringComparison.Ordinal),
        p =>
            p.Replace("/", "\\", StringComparison.Ordinal), p =>
                p[..1] + string.Concat(p[1..].Select(c => c == '/' ? "/" : $"%{(int)c:x2}")), p =>
                    p + "/" + new string('a', 2_000), p =>
                        p + ".json", p =>
                            p + "%ff", p =>
                                p + "\u00ff", p =>
                                    p + "/..%2f..", p =>
                                        p + "#x", p =>
                                            "http://evil.example" + p, p =>
                                                "*", p => p + "/null", p => p + "/00000000-0000-0000-0000-000000000000",
    ];
}
