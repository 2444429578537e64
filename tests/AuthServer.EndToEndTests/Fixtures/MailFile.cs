using System.Text;
using System.Text.RegularExpressions;

namespace AuthServer.EndToEndTests.Fixtures;

/// <summary>A mail as the server writes it in Development, with its parts decoded.</summary>
internal static partial class MailFile
{
    public static string Read(string path)
    {
        var raw = File.ReadAllText(path);
        // The decoded parts first: in a raw one a link is broken into lines.
        return string.Concat(Part().Matches(raw).Select(part => Decode(part.Groups["how"].Value, part.Groups["body"].Value))) + raw;
    }

    // RFC 2045 section 6.
    private static string Decode(string how, string body) => how switch
    {
        "base64" => Encoding.UTF8.GetString(Convert.FromBase64String(body)),
        "quoted-printable" => Encoding.UTF8.GetString([.. QuotedBytes(body.Replace("=\r\n", "", StringComparison.Ordinal)
            .Replace("=\n", "", StringComparison.Ordinal))]),
        _ => "",
    };

    private static IEnumerable<byte> QuotedBytes(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '=') yield return (byte)text[i];
            else yield return Convert.ToByte(text.Substring((i += 2) - 1, 2), 16);
        }
    }

    [GeneratedRegex(@"^Content-Transfer-Encoding: (?<how>[\w-]+)\r?\n(?:[\w-]+:.*\r?\n)*\r?\n(?<body>(?:(?!--).*\r?\n)*)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Part();
}
