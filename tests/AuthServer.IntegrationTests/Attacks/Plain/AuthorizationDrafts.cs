using System.Text;
using System.Text.RegularExpressions;

namespace AuthServer.IntegrationTests.Attacks.Plain;

/// <summary>Authorization requests of whoever sits at the browser, right and mutated; a code counts as a code, whatever it is.</summary>
internal static partial class AuthorizationDrafts
{
    private static readonly string[] Values =
        ["", " ", "x", "code", "openid", "openid openid", "openid unknown", "openid offline_access", "S256", "plain", "none", "login",
            "consent", "query", "fragment", "form_post", "0", "-1", "ü", "a\nb", "a\0b", "{}"];

    private static readonly string[] Names =
        ["client_id", "response_type", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method", "prompt",
            "max_age", "claims", "resource", "response_mode", "login_hint", "interaction", "x"];

    public static async Task CompareAsync(Twins twins, Dice dice, Party app, string origin)
    {
        var parameters = new List<(string Name, string Value)>
        {
            ("client_id", app.Id), ("response_type", "code"), ("redirect_uri", app.RedirectUri),
                ("scope", string.Join(' ', app.Scopes.Take(1 + dice.Below(app.Scopes.Length)))),
            ("state", dice.Of("s", "a b+c/=&", "100%", dice.Word(40))), ("nonce", dice.Word(16)),
                ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), ("code_challenge_method", "S256"),
        };
        for (var left = dice.Weighted((50, 0), (35, 1), (15, 2)); left > 0; left--) Mutate(dice, parameters);
        var address = "/connect/authorize?" + string.Join(
            '&', parameters.Select(p => $"{Uri.EscapeDataString(p.Name)}={Uri.EscapeDataString(p.Value)}"));
        var answers = await twins.BothAsync(async side =>
        {
            using var answer = await twins.Browsers[side].Http.GetAsync(address);
            var text = new StringBuilder(
                $"{(int)answer.StatusCode} {answer.Headers.CacheControl} {answer.Headers.Pragma} {answer.Content.Headers.ContentType}\n");
            // What varies: the code, the sealed mark, and on pages the reference and the form's token.
            text.Append(Varying().Replace(answer.Headers.Location?.OriginalString ?? "", "$1")).Append('\n');
            return text.Append(Shown().Replace(await answer.Content.ReadAsStringAsync(), "")).ToString();
        });
        twins.Same(answers, $"{origin}: GET {address}");
    }

    private static void Mutate(Dice dice, List<(string Name, string Value)> parameters)
    {
        if (parameters.Count == 0) return;
        var at = dice.Below(parameters.Count);
        var (name, value) = parameters[at];
        dice.Weighted<Action>(
            (4, () => parameters.RemoveAt(at)),
            (3, () => parameters.Add((name, value))),
            (4, () => parameters.Add((dice.Of(Names), dice.Of(Values)))),
            (4, () => parameters[at] = (name, dice.Of(Values))),
            (3, () => parameters[at] = (name, value + dice.Of(" ", "x", "=", "/", "#f", "?q=1", "&iss=x"))),
            (1, () => parameters[at] = (name.ToUpperInvariant(), value)),
            (1, () => parameters.Reverse()))();
    }

    [GeneratedRegex("((?:^|[?&#])code=|interaction(?:=|%3D))[A-Za-z0-9_-]+")]
    private static partial Regex Varying();

    [GeneratedRegex(
        "(?<=__RequestVerificationToken\" value=\")[^\"]+|(?<=>)[0-9A-Z]{4}-[0-9A-Z]{4}(?=<)|" +
        "(?<=name=\"code\" value=\")[^\"]+|(?<=interaction(=|%3D))[A-Za-z0-9_-]+")]
    private static partial Regex Shown();
}
