using AuthServer.Configuration;
using AuthServer.Ui;

namespace AuthServer.Hosting.Configuring;

/// <summary>Reads the pictures and the font of the operator's brand, and refuses what no browser would show or what is too large.</summary>
internal static class BrandFiles
{
    /// <summary>What a file is for: its name among the assets, how large it may be, and the endings of what it may be.</summary>
    internal sealed record Purpose(string Name, int LongestKilobytes, params string[] Endings);

    public static readonly Purpose Logo = new("logo", 100, ".svg", ".png", ".webp", ".jpg");
    public static readonly Purpose LogoDark = Logo with { Name = "logo-dark" };
    public static readonly Purpose Favicon = new("favicon", 50, ".svg", ".png", ".ico");
    public static readonly Purpose Background = new("background", 400, ".webp", ".jpg", ".png", ".svg");
    public static readonly Purpose Font = new("brand-font", 200, ".woff2");

    /// <returns>The file as it is served; null when a problem was added.</returns>
    public static UiAsset? Read(string key, string path, Purpose purpose, SettingProblems problems)
    {
        const string Cure = "name a file that this user may read, or an https address";
        if (ReadBytes(key, path, purpose.LongestKilobytes, Cure, problems) is not { } content) return null;
        // By what is in it: the name may say anything.
        var ending = EndingOf(content);
        if (ending is null || !purpose.Endings.Contains(ending))
        {
            var kinds = string.Join(", ", purpose.Endings.Select(e => e[1..]));
            problems.Add(key, $"the file {path} is none of {kinds}", "export it as one of these");
            return null;
        }

        if (ending == ".svg" && BrandSvg.FaultOf(content) is { } fault)
        {
            problems.Add(key, $"the file {path} {fault}", "export it as a plain SVG");
            return null;
        }

        return new UiAsset(purpose.Name + ending, content);
    }

    /// <param name="cure">What to do when it cannot be read.</param>
    /// <returns>Null when a problem was added.</returns>
    public static byte[]? ReadBytes(string key, string path, int longestKilobytes, string cure, SettingProblems problems)
    {
        try
        {
            // One byte more than it may have, and never more: the path may name anything.
            var buffer = new byte[(longestKilobytes * 1024) + 1];
            using var file = File.OpenRead(path);
            var length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (length < buffer.Length) return buffer[..length];
            problems.Add(key, $"the file {path} is larger than {longestKilobytes} KB", "name a smaller one");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problems.Add(key, $"the file {path} cannot be read", cure);
        }

        return null;
    }

    /// <summary>Of what a file is, by what is in it; null for what no page shows.</summary>
    public static string? EndingOf(ReadOnlySpan<byte> content)
    {
        if (content.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a])) return ".png";
        if (content.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff])) return ".jpg";
        if (content.Length > 12 && content.StartsWith("RIFF"u8) && content[8..].StartsWith("WEBP"u8)) return ".webp";
        if (content.StartsWith((ReadOnlySpan<byte>)[0, 0, 1, 0])) return ".ico";
        if (content.StartsWith("wOF2"u8)) return ".woff2";
        return content.IndexOf("<svg"u8) >= 0 ? ".svg" : null;
    }
}
