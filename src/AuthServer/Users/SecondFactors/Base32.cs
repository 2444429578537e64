using System.Text;

namespace AuthServer.Users.SecondFactors;

/// <summary>The letters of RFC 4648 section 6 without padding, in which secrets and recovery codes are typed.</summary>
public static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int BitsPerLetter = 5;

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder((bytes.Length * 8 + BitsPerLetter - 1) / BitsPerLetter);
        var (buffer, bits) = (0, 0);
        foreach (var value in bytes)
        {
            (buffer, bits) = ((buffer << 8) | value, bits + 8);
            for (; bits >= BitsPerLetter; bits -= BitsPerLetter) text.Append(Alphabet[(buffer >> (bits - BitsPerLetter)) & 31]);
        }

        if (bits > 0) text.Append(Alphabet[(buffer << (BitsPerLetter - bits)) & 31]);
        return text.ToString();
    }

    /// <returns>Null when a letter is none of the alphabet.</returns>
    public static byte[]? Decode(string text)
    {
        var bytes = new byte[text.Length * BitsPerLetter / 8];
        var (buffer, bits, at) = (0, 0, 0);
        foreach (var letter in text)
        {
            var value = Alphabet.IndexOf(letter, StringComparison.Ordinal);
            if (value < 0) return null;
            (buffer, bits) = (((buffer << BitsPerLetter) | value) & 0xfff, bits + BitsPerLetter);
            if (bits < 8) continue;
            bits -= 8;
            bytes[at++] = (byte)(buffer >> bits);
        }

        return bytes;
    }

    /// <summary>In groups of four, as people read and type it.</summary>
    public static string Grouped(string text, char between) =>
        string.Join(between, text.Chunk(4).Select(group => new string(group)));
}
