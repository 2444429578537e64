using System.Buffers;
using System.Text;

namespace AuthServer.Protocol.ClientProof;

/// <summary>The encoding of application/x-www-form-urlencoded, which forms and Basic credentials share.</summary>
internal static class FormEncoding
{
    private static readonly SearchValues<byte> Literal = SearchValues.Create(
        [.. Enumerable.Range(' ', '~' - ' ' + 1).Select(value => (byte)value).Where(value => value is not ((byte)'+' or (byte)'%'))]);

    /// <summary>Undoes form encoding (RFC 6749 appendix B); null for anything but visible ASCII and spaces.</summary>
    public static string? Decode(ReadOnlySpan<byte> text)
    {
        // Tokens and ids, the longest values of a form, have nothing to undo.
        if (!text.ContainsAnyExcept(Literal)) return Encoding.ASCII.GetString(text);
        Span<byte> decoded = stackalloc byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var value = text[i];
            if (value == (byte)'+') value = (byte)' ';
            else if (value == (byte)'%')
            {
                if (i + 2 >= text.Length || !char.IsAsciiHexDigit((char)text[i + 1]) || !char.IsAsciiHexDigit((char)text[i + 2]))
                {
                    return null;
                }
                value = (byte)((Nibble(text[i + 1]) << 4) | Nibble(text[i + 2]));
                i += 2;
            }

            if (value is < (byte)' ' or > (byte)'~') return null;
            decoded[length++] = value;
        }

        return Encoding.ASCII.GetString(decoded[..length]);
    }

    private static int Nibble(byte hex) => hex <= '9' ? hex - '0' : (hex | 0x20) - 'a' + 10;
}
