using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Attacks.Plain;

/// <summary>
/// What one server answers, as text without what must differ: ids are numbered in the order of their appearance, signatures and keys left
/// out.
/// </summary>
internal sealed partial class Observation
{
    private static readonly string[] Watched =
        ["Cache-Control", "Pragma", "WWW-Authenticate", "Location", "Allow", "Retry-After", "Vary", "RateLimit", "RateLimit-Policy",
            "Access-Control-Allow-Origin", "X-Content-Type-Options", "Content-Security-Policy", "Set-Cookie"];

    // Of keys, errors and codes.
    private static readonly string[] Own = ["kid", "x", "y", "n", "at_hash", "reference"];

    // What a token that was tampered with breaks first depends on the letters that each server's own token has there.
    private static readonly string[] NoTokenOfOurs =
        ["The specified token is invalid.", "The signature associated to the specified token is not valid.",
            "The signing key associated to the specified token was not found."];

    private readonly Dictionary<string, int> _ids = [];

    public async Task<(string Text, JsonObject? Json)> ReadAsync(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync();
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"{(int)answer.StatusCode} {answer.Content.Headers.ContentType}\n");
        foreach (var name in Watched)
        {
            if (answer.Headers.TryGetValues(name, out var values) || answer.Content.Headers.TryGetValues(name, out values))
            {
                var shown = NoTokenOfOurs.Aggregate(
                    string.Join(" | ", values), (line, says) => line.Replace(says, NoTokenOfOurs[0], StringComparison.Ordinal));
                text.Append(CultureInfo.InvariantCulture, $"{name}: {Numbered(shown)}\n");
            }
        }

        var json = body.StartsWith('{') ? JsonNode.Parse(body)!.AsObject() : null;
        if (json is null) text.Append(Numbered(body));
        else Write(text, "", json);
        return (text.ToString(), json);
    }

    public string Numbered(string text) =>
        Guids().Replace(References().Replace(RefreshCookies().Replace(text, "refresh token"), "reference"), m => $"#{Number(m.Value)}");

    private int Number(string id)
    {
        if (!_ids.TryGetValue(id, out var number)) _ids[id] = number = _ids.Count;
        return number;
    }

    private void Write(StringBuilder text, string path, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members.OrderBy(m => m.Key, StringComparer.Ordinal)) Write(text, $"{path}.{name}", value);
                break;
            case JsonArray elements:
                text.Append(CultureInfo.InvariantCulture, $"{path}[{elements.Count}]\n");
                for (var i = 0; i < elements.Count; i++) Write(text, $"{path}[{i}]", elements[i]);
                break;
            default:
                var last = path[(path.LastIndexOf('.') + 1)..];
                if (Own.Contains(last)) text.Append(CultureInfo.InvariantCulture, $"{path}\n");
                else if (last == "refresh_token")
                {
                    text.Append(CultureInfo.InvariantCulture, $"{path} of {node!.GetValue<string>().Length}\n");
                }
                else if (last is "access_token" or "id_token") WriteToken(text, path, node!.GetValue<string>());
                else text.Append(CultureInfo.InvariantCulture, $"{path} = {Numbered(node?.ToJsonString() ?? "null")}\n");
                break;
        }
    }

    private void WriteToken(StringBuilder text, string path, string token)
    {
        var jwt = new JsonWebToken(token);
        Write(text, path + ".header", JsonNode.Parse(Base64(jwt.EncodedHeader)));
        Write(text, path + ".payload", JsonNode.Parse(Base64(jwt.EncodedPayload)));
    }

    private static byte[] Base64(string text) => System.Buffers.Text.Base64Url.DecodeFromChars(text);

    [GeneratedRegex("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")]
    private static partial Regex Guids();

    [GeneratedRegex("(?<=__Secure-authplatform-refresh=)[A-Za-z0-9_-]{60,}")]
    private static partial Regex RefreshCookies();

    // The reference code that error pages show.
    [GeneratedRegex("(?<=>)[0-9A-Z]{4}-[0-9A-Z]{4}(?=<)")]
    private static partial Regex References();
}
