using System.Collections.Frozen;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AuthServer.Clients.PublicKeys;

/// <summary>A distinguished name as RFC 4514 writes it, to be compared with the subject of a certificate.</summary>
/// <remarks>The parser of .NET knows quotation marks and no escapes, so a name with a comma in it would never be found.</remarks>
public sealed class DistinguishedName
{
    private const int LongestName = 1000;

    // RFC 4514 section 3, RFC 4519, and those that certificates of companies have.
    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        ["CN"] = "2.5.4.3", ["SN"] = "2.5.4.4", ["SERIALNUMBER"] = "2.5.4.5", ["C"] = "2.5.4.6", ["L"] = "2.5.4.7", ["ST"] = "2.5.4.8",
        ["S"] = "2.5.4.8", ["STREET"] = "2.5.4.9", ["O"] = "2.5.4.10", ["OU"] = "2.5.4.11", ["T"] = "2.5.4.12", ["TITLE"] = "2.5.4.12",
        ["BUSINESSCATEGORY"] = "2.5.4.15", ["POSTALCODE"] = "2.5.4.17", ["GIVENNAME"] = "2.5.4.42", ["GN"] = "2.5.4.42",
        ["ORGANIZATIONIDENTIFIER"] = "2.5.4.97", ["UID"] = "0.9.2342.19200300.100.1.1", ["DC"] = "0.9.2342.19200300.100.1.25",
        ["E"] = "1.2.840.113549.1.9.1", ["EMAILADDRESS"] = "1.2.840.113549.1.9.1",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly EqualityComparer<(string Type, string Value)> Comparer =
        EqualityComparer<(string Type, string Value)>.Create((one, other) =>
            one.Type == other.Type && one.Value.Equals(other.Value, StringComparison.OrdinalIgnoreCase));

    private readonly IReadOnlyList<(string Type, string Value)> _parts;

    private DistinguishedName(IReadOnlyList<(string Type, string Value)> parts) => _parts = parts;

    /// <returns>Null for a text that is no name, or has a part with several values (a plus sign).</returns>
    public static DistinguishedName? Parse(string text)
    {
        if (text.Length > LongestName) return null;
        List<(string, string)> parts = [];
        foreach (var part in Split(text))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || TypeOf(part[..equals].Trim()) is not { } type || ValueOf(part[(equals + 1)..]) is not { } value) return null;
            parts.Add((type, Prepared(value)));
        }

        return parts.Count == 0 ? null : new(parts);
    }

    /// <summary>Whether a certificate is of this name: the same parts in the same order, in any case (RFC 4517 section 4.2.15).</summary>
    public bool IsOf(X509Certificate2 certificate)
    {
        try
        {
            return PartsOf(certificate)?.SequenceEqual(_parts, Comparer) == true;
        }
        catch (CryptographicException)
        {
            // A part of the name is not of the encoding that it says.
            return false;
        }
    }

    private static List<(string Type, string Value)>? PartsOf(X509Certificate2 certificate)
    {
        var found = new List<(string, string)>();
        // As RFC 4514 section 2.1 writes them: the last one first.
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames(reversed: true))
        {
            if (part.HasMultipleElements || part.GetSingleElementValue() is not { } value) return null;
            found.Add((part.GetSingleElementType().Value!, Prepared(value)));
        }

        return found;
    }

    /// <summary>At commas that are not escaped; other separators make a part that is not understood.</summary>
    private static List<string> Split(string text)
    {
        var (parts, start) = (new List<string>(), 0);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == ',')
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }

        parts.Add(text[start..]);
        return parts;
    }

    private static string? TypeOf(string type) => Types.TryGetValue(type, out var oid) ? oid
        : type.Length > 2 && type.All(c => char.IsAsciiDigit(c) || c == '.') ? type : null;

    private static string? ValueOf(string text)
    {
        var value = text.Trim(' ');
        // An escaped space at the end belongs to the value, and so to no certificate that is compared without outer spaces.
        if (value.StartsWith('#')) return OfBytes(value[1..]);
        var bytes = new List<byte>(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] != '\\')
            {
                // RFC 4514 section 3: these stand for themselves only when they are escaped.
                if (value[i] is '+' or ';' or '<' or '>' or '"') return null;
                bytes.AddRange(Encoding.UTF8.GetBytes(value, i, char.IsSurrogatePair(value, i) ? 2 : 1));
                if (char.IsHighSurrogate(value[i])) i++;
            }
            else if (i + 1 >= value.Length) return null;
            else if (i + 2 < value.Length && char.IsAsciiHexDigit(value[i + 1]) && char.IsAsciiHexDigit(value[i + 2]))
            {
                bytes.Add(Convert.ToByte(value.Substring(i + 1, 2), 16));
                i += 2;
            }
            else if (value[i + 1] is ' ' or '"' or '#' or '+' or ',' or ';' or '<' or '=' or '>' or '\\') bytes.Add((byte)value[++i]);
            else return null;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    // RFC 4514 section 2.4: the value as it is encoded.
    private static string? OfBytes(string hex)
    {
        try
        {
            var encoded = Convert.FromHexString(hex);
            var reader = new AsnReader(encoded, AsnEncodingRules.BER);
            var value = reader.ReadCharacterString((UniversalTagNumber)reader.PeekTag().TagValue);
            return reader.HasData ? null : value;
        }
        catch (Exception error) when (error is FormatException or AsnContentException or ArgumentException or CryptographicException)
        {
            return null;
        }
    }

    // RFC 4518 section 2.6.1: outer spaces do not count, and several inside are one.
    private static string Prepared(string value) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
