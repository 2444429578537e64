using System.Text.Json;
using System.Text.RegularExpressions;
using AuthServer.Audit;

namespace AuthServer.Protocol.Details;

/// <summary>
/// What the consent page says of an object: a text in which <c>{amount.currency}</c> stands for the member of that path.
/// </summary>
public sealed partial class DetailWords(string text)
{
    private const int LongestValue = 200;
    private const int MostValues = 20;

    /// <summary>What a page shows of one value, for whoever sends more.</summary>
    public static string Limits { get; } =
        $"a text has at most {LongestValue} characters, and none that control lines or directions, a list at most {MostValues} of them";

    /// <remarks>A value that is absent is a dash, so that the person sees that something is missing.</remarks>
    public string Of(JsonElement detail) => Place().Replace(text, match => ValueOf(detail, match.Groups[1].Value) ?? "\u2013");

    /// <summary>
    /// Whether <see cref="Of"/> tells all that the object has at its places. What a page would cut or leave out nobody could allow, so such
    /// a request is refused.
    /// </summary>
    public bool ShowWhole(JsonElement detail) =>
        Place().Matches(text).All(match => IsShownWhole(detail, match.Groups[1].Value));

    private static string? ValueOf(JsonElement detail, string path)
    {
        foreach (var member in path.Split('.'))
        {
            if (detail.ValueKind != JsonValueKind.Object || !detail.TryGetProperty(member, out detail)) return null;
        }

        return detail.ValueKind == JsonValueKind.Array
            ? string.Join(", ", detail.EnumerateArray().Take(MostValues).Select(TextOf).OfType<string>())
            : TextOf(detail);
    }

    private static bool IsShownWhole(JsonElement detail, string path)
    {
        foreach (var member in path.Split('.'))
        {
            // A value in the place of an object is there and is not shown.
            if (detail.ValueKind != JsonValueKind.Object) return detail.ValueKind == JsonValueKind.Null;
            if (!detail.TryGetProperty(member, out detail)) return true;
        }

        return detail.ValueKind switch
        {
            JsonValueKind.Null => true,
            JsonValueKind.Array => detail.GetArrayLength() <= MostValues && detail.EnumerateArray().All(IsTextWhole),
            _ => IsTextWhole(detail),
        };
    }

    private static bool IsTextWhole(JsonElement value) => value.ValueKind switch
    {
        // Shorter by what is cut, and by characters that are not shown.
        JsonValueKind.String => (ForeignText.Clean(value.GetString(), LongestValue) ?? "") == value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => true,
        _ => false,
    };

    // The app has written it: nothing in it may look like another line, or turn the direction of the page's own words.
    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => ForeignText.Clean(value.GetString(), LongestValue) is { } clean ? $"\u2068{clean}\u2069" : null,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };

    [GeneratedRegex(@"\{([\w-]+(?:\.[\w-]+)*)\}")]
    private static partial Regex Place();
}
