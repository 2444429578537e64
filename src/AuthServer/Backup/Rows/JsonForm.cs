using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AuthServer.Backup.Rows;

/// <summary>
/// One form for equal JSON texts, because PostgreSQL keeps the value (jsonb) and SQLite the text: members sorted by the bytes of their
/// names, the last of two with one name, no white space, numbers as PostgreSQL writes them.
/// </summary>
public static class JsonForm
{
    // Of a number with more digits than this the text stays as it is.
    private const int MostDigits = 400;

    private static readonly JsonWriterOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <returns>Null: the text is no JSON.</returns>
    public static byte[]? Of(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text);
            using var document = JsonDocument.ParseValue(ref reader);
            if (reader.BytesConsumed < text.Length && text[(int)reader.BytesConsumed..].ContainsAnyExcept(" \t\r\n"u8)) return null;
            var bytes = new ArrayBufferWriter<byte>(text.Length + 64);
            using (var writer = new Utf8JsonWriter(bytes, Plain)) Write(writer, document.RootElement);
            return bytes.WrittenSpan.ToArray();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                var members = new SortedDictionary<byte[], JsonElement>(ByteOrder.Instance);
                foreach (var member in value.EnumerateObject()) members[Encoding.UTF8.GetBytes(member.Name)] = member.Value;
                foreach (var (name, member) in members)
                {
                    writer.WritePropertyName(name);
                    Write(writer, member);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray()) Write(writer, item);
                writer.WriteEndArray();
                break;
            case JsonValueKind.Number:
                writer.WriteRawValue(NumberOf(value.GetRawText()), skipInputValidation: true);
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    /// <summary>Without an exponent, with the digits that were given: 1.50e1 is 15.0.</summary>
    private static string NumberOf(string text)
    {
        var exponentAt = text.IndexOfAny(['e', 'E']);
        var exponent = 0;
        if (exponentAt >= 0 && (!int.TryParse(text.AsSpan(exponentAt + 1), CultureInfo.InvariantCulture, out exponent)
            || Math.Abs(exponent) > MostDigits)) return text;
        var number = exponentAt >= 0 ? text[..exponentAt] : text;
        var negative = number.StartsWith('-');
        var parts = number.TrimStart('-').Split('.');
        var digits = parts[0] + (parts.Length > 1 ? parts[1] : "");
        var fraction = (parts.Length > 1 ? parts[1].Length : 0) - exponent;
        if (fraction < 0) (digits, fraction) = (digits + new string('0', -fraction), 0);
        digits = digits.PadLeft(fraction + 1, '0');
        var whole = digits[..^fraction].TrimStart('0');
        if (whole.Length == 0) whole = "0";
        var plain = fraction > 0 ? whole + "." + digits[^fraction..] : whole;
        // PostgreSQL has no negative zero.
        return negative && plain.AsSpan().ContainsAnyExcept('0', '.') ? "-" + plain : plain;
    }

    private sealed class ByteOrder : IComparer<byte[]>
    {
        public static readonly ByteOrder Instance = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
