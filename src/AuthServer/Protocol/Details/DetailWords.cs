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

    /// <remarks>A value that is absent is a dash, so that the person sees that something is missing.</remarks>
    public string Of(JsonElement detail) => Place().Replace(text, match => ValueOf(detail, match.Groups[1].Value) ?? "\u2013");

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
