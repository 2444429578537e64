namespace AuthServer.IntegrationTests.Attacks.Plain;

/// <summary>Small changes that make a right request a wrong, an odd or an equal one.</summary>
internal static class Mutations
{
    private static readonly string[] Names =
        ["grant_type", "client_id", "client_secret", "scope", "code", "redirect_uri", "code_verifier", "refresh_token", "token",
            "token_type_hint", "resource", "client_assertion", "claims", "state", "x"];

    private static readonly string[] Values =
        ["", " ", "x", "ü", "a\nb", "\t", "a\0b", "\"quoted\"", "back\\slash", "a  b", " openid", "openid ", "client_credentials",
            "refresh_token", "authorization_code", "password", "access_token", "true", "[]", "💥"];

    private static readonly string?[] ContentTypes =
    [
        null, "", "text/plain", "application/json", "application/x-www-form-urlencoded; charset=utf-8",
        "application/x-www-form-urlencoded;charset=UTF-8",
        "application/x-www-form-urlencoded; charset=iso-8859-1", "application/x-www-form-urlencoded; charset=utf-16",
        "application/x-www-form-urlencoded; charset=none",
        "APPLICATION/X-WWW-FORM-URLENCODED", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded;",
        "application/x-www-form-urlencoded, text/plain",
    ];

    private static readonly string[] Tails = ["&", "&&", "&x", "&x=", "&=y", "&x=%", "&x=%zz", "&x=%00", "&x=%C3%BC", "&x=%E0%80",
        "&x=\u00fc", "=", "\r\n", ";x=y", "+", "%20", "#x"];

    private static readonly string[] Authorizations =
    [
        "", "Basic", "Basic ", "Basic !", "Basic bWFjaGluZQ==", "Basic Og==", "Basic OnNlY3JldA==", "Basic bWFjaGluZTo=", "Bearer x",
        "Bearer ", "Bearer", "bearer x.y.z", "DPoP x", "Basic bWFjaGluZTp3cm9uZw==",
        "Basic  bWFjaGluZTp3cm9uZw==", "Basic bWFjaGluZTp3cm9uZw== ", "Basic bWFjaGluZSUwMDp4", "Basic w7w6w7w=", "Basic bWFjaGluZTo6Og",
    ];

    public static Draft Mutate(Dice dice, Draft draft) => dice.Weighted<Func<Draft>>(
        (4, () => draft.Set(ANameOf(dice, draft), null)),
        (4, () => draft with { Form = draft.Form.Add((ANameOf(dice, draft), dice.Of(Values))) }),
        (5, () => Change(dice, draft)),
        (2, () => Rename(dice, draft)),
        (3, () => draft with { ContentType = dice.Of(ContentTypes) }),
        (3, () => draft with { Body = Tail(dice.Of(Tails)) }),
        (1, () => draft with { Body = text => text.Length == 0 ? text : text[..^1] }),
        (1, () => draft with { Body = text => "&" + text }),
        (1, () => draft with { Body = _ => "" }),
        (2, () => draft with { Encode = dice.Of<Func<string, string>>(Everything, Plus, Lower) }),
        (1, () => draft with { Form = [.. draft.Form.Reverse()] }),
        (
            1, () =>
                draft with { Form = [.. draft.Form, .. Enumerable.Range(0, dice.Of(1, 12, 40)).Select(
                    i => ($"extra{i}", (Pair<string>)"v"))] }),
        (3, () => draft.WithoutHeader("Authorization").Header("Authorization", dice.Of(Authorizations))),
        (1, () => draft.WithoutHeader("Authorization")),
        (1, () => draft.Header("Authorization", dice.Of(Authorizations))),
        (2, () => Case(dice, draft)),
        (1, () => draft with { Query = dice.Of("?", "?x=y", "?client_id=web", "?access_token=x", "?grant_type=refresh_token") }),
        (1, () => draft with { Method = dice.Of("GET", "POST", "HEAD", "PUT", "OPTIONS", "DELETE") }),
        (
            1, () =>
                draft with { Path = dice.Of(
                    draft.Path + "/", draft.Path.ToUpperInvariant(), "/" + draft.Path, draft.Path + "/x", draft.Path.Replace(
                        "connect", "conn%65ct", StringComparison.Ordinal)) }),
        (
            2, () =>
                draft.Header(
                    "Accept", dice.Of(
                        "text/html", "application/jwt", "application/token-introspection+jwt", "*/*;q=0",
                        "application/json, text/plain, */*"))),
        (3, () => Constrain(dice, draft)),
        (1, () => draft.Header("Origin", dice.Of("https://spa.example.test", "https://evil.example.test", "null", "x"))))();

    // What a header or a certificate may demand beyond the parameters.
    private static Draft Constrain(Dice dice, Draft draft)
    {
        var (name, value) = dice.Of(
            ("DPoP", "e30.e30.x"), ("Signature", "sig1=:x:"), ("Signature-Input", "sig1=()"), ("Client-Cert", ":x:"),
                ("X-Forwarded-Client-Cert", "x"),
            ("Content-Encoding", "gzip"), ("Expect", "x"), ("X-Unknown", "x"), ("Forwarded", "for=1.2.3.4"), ("User-Agent", "x"),
                ("traceparent", "x"),
            (Certificates.Header, "1"));
        return draft.Header(name, value);
    }

    // Most of what a caller names is there already.
    private static string ANameOf(Dice dice, Draft draft) =>
        draft.Form.Length > 0 && dice.Percent(70) ? dice.Of(draft.Form).Name : dice.Of(Names);

    private static Func<string, string> Tail(string tail) => text => text + tail;

    private static Draft Change(Dice dice, Draft draft)
    {
        if (draft.Form.IsEmpty && draft.Headers.IsEmpty) return draft;
        var tail = dice.Of(" ", "\t", "\n", "=", "==", ".");
        var change = dice.Weighted<Func<string, string>>(
            (3, Flip(dice.Below(1 << 20))), (2, text => text[..(text.Length / 2)]), (1, text => text + "A"),
                (2, text => text + tail), (2, LastBit), (1, text => " " + text),
            (1, text => text.ToUpperInvariant()), (1, text => text.Replace('.', '_')), (2, Constant(dice.Of(Values))),
                (1, Constant(new string('a', dice.Of(500, 9_000)))));
        if (draft.Form.IsEmpty || (draft.Headers.Length > 0 && dice.Percent(25)))
        {
            var at = dice.Below(draft.Headers.Length);
            var (name, value) = draft.Headers[at];
            // A header line holds visible ASCII; what else it may hold the raw attacks try.
            var changed = value.Map(text => change(text) is { Length: < 4_000 } next && next.All(c => c is >= ' ' and <= '~') ? next : "x");
            return draft with { Headers = draft.Headers.SetItem(at, (name, changed)) };
        }

        var i = dice.Below(draft.Form.Length);
        return draft with { Form = draft.Form.SetItem(i, (draft.Form[i].Name, draft.Form[i].Value.Map(change))) };
    }

    private static Func<string, string> Constant(string value) => _ => value;

    private static Func<string, string> Flip(int seed) => text =>
    {
        if (text.Length == 0) return "x";
        var at = seed % text.Length;
        return string.Concat(text.AsSpan(0, at), text[at] == 'A' ? "B" : "A", text.AsSpan(at + 1));
    };

    // Base64url leaves bits of the last letter unused: another letter there may mean the same bytes.
    private static string LastBit(string text)
    {
        const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return text.Length > 0 && Letters.IndexOf(text[^1], StringComparison.Ordinal) is var at and >= 0
            ? text[..^1] + Letters[at ^ 1]
            : text;
    }

    private static Draft Rename(Dice dice, Draft draft)
    {
        if (draft.Form.IsEmpty) return draft;
        var i = dice.Below(draft.Form.Length);
        var (name, value) = draft.Form[i];
        return draft with { Form = draft.Form.SetItem(
            i, (dice.Of(name.ToUpperInvariant(), name + " ", " " + name, name + "[]", name + "\0", dice.Of(Names)), value)) };
    }

    private static Draft Case(Dice dice, Draft draft)
    {
        if (draft.Headers.IsEmpty) return draft;
        var i = dice.Below(draft.Headers.Length);
        var (name, value) = draft.Headers[i];
        var (scheme, space) = (dice.Of("basic", "BASIC", "bearer", "BEARER", "Bearer"), dice.Of(" ", "  "));
        return draft with { Headers = draft.Headers.SetItem(
            i, (name, value.Map(text => text.Split(' ', 2) is [_, var rest] ? scheme + space + rest : text))) };
    }

    private static string Everything(string text) => string.Concat(System.Text.Encoding.UTF8.GetBytes(text).Select(b => $"%{b:X2}"));

    private static string Plus(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);

    private static string Lower(string text) =>
        string.Concat(
            System.Text.Encoding.UTF8.GetBytes(text).Select(b => char.IsAsciiLetterOrDigit((char)b) ? ((char)b).ToString() : $"%{b:x2}"));
}
