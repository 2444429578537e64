using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using AuthServer.Ui.Controls;

namespace AuthServer.Ui;

/// <summary>
/// The stylesheet, fonts and scripts of the pages: read from the assembly at start, named by their content, compressed once.
/// </summary>
public sealed partial class UiAssets
{
    public const string Path = "/assets/";

    private const string Prefix = "assets/";
    private readonly Links _links;
    private readonly FrozenDictionary<string, Asset> _assets;

    public UiAssets(Links links)
    {
        _links = links;
        var assembly = typeof(UiAssets).Assembly;
        var names = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal));
        var found = new Dictionary<string, Asset>(StringComparer.Ordinal);

        // Stylesheets come last: their text, and so their hash, holds the hashed names of the fonts.
        foreach (
            var resource in names.OrderBy(name => name.EndsWith(".css", StringComparison.Ordinal))
                .ThenBy(name => name, StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            var name = resource[Prefix.Length..];
            var content = bytes.ToArray();
            if (name.EndsWith(".css", StringComparison.Ordinal))
                content = Encoding.UTF8.GetBytes(
                    LocalUrl().Replace(Encoding.UTF8.GetString(content), match => $"url(\"{found[match.Groups[1].Value].FileName}\")"));
            found.Add(name, new Asset(name, content));
        }

        _assets = found.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The address of a file of wwwroot, which changes when its bytes do.</summary>
    public string Url(string name) => _links.To(Path + _assets[name].FileName);

    internal IEnumerable<Asset> All => _assets.Values;

    /// <summary>
    /// The asset a requested file name means; <paramref name="current"/> tells whether the hash is the one of these bytes.
    /// </summary>
    internal Asset? Find(string fileName, out bool current)
    {
        current = false;
        var parts = fileName.Split('.');
        if (parts.Length != 3 || !_assets.TryGetValue($"{parts[0]}.{parts[2]}", out var asset))
            return null;
        current = string.Equals(fileName, asset.FileName, StringComparison.Ordinal);
        return asset;
    }

    [GeneratedRegex("""url\("([a-zA-Z0-9-]+\.[a-z0-9]+)"\)""")]
    private static partial Regex LocalUrl();

    internal sealed class Asset
    {
        public Asset(string name, byte[] content)
        {
            var dot = name.LastIndexOf('.');
            Name = name;
            Hash = Convert.ToHexStringLower(SHA256.HashData(content))[..16];
            FileName = $"{name[..dot]}.{Hash}{name[dot..]}";
            Content = content;
            ContentType = name[dot..] switch
            {
                ".css" => "text/css; charset=utf-8",
                ".js" => "text/javascript; charset=utf-8",
                ".svg" => "image/svg+xml",
                ".woff2" => "font/woff2",
                _ => "text/plain; charset=utf-8",
            };

            // A woff2 file is Brotli inside already.
            if (name[dot..] != ".woff2")
            {
                Brotli = Compress(content, output => new BrotliStream(output, CompressionLevel.SmallestSize));
                Gzip = Compress(content, output => new GZipStream(output, CompressionLevel.SmallestSize));
            }
        }

        public string Name { get; }

        public string FileName { get; }

        public string Hash { get; }

        public string ContentType { get; }

        public byte[] Content { get; }

        public byte[]? Brotli { get; }

        public byte[]? Gzip { get; }

        private static byte[] Compress(byte[] content, Func<Stream, Stream> open)
        {
            using var output = new MemoryStream();
            using (var compressor = open(output))
                compressor.Write(content);
            return output.ToArray();
        }
    }
}
