using System.IO.Compression;
using System.Security.Cryptography;

namespace AuthServer.Ui;

/// <summary>One file of the pages, named by its content and compressed once.</summary>
public sealed class UiAsset
{
    /// <param name="name">Such as <c>pages.css</c>: a name without a dot, and an ending that says the type.</param>
    /// <param name="content">What is sent.</param>
    /// <param name="compress">False for one of many that few people load: a start does not wait for their compression.</param>
    public UiAsset(string name, byte[] content, bool compress = true)
    {
        var dot = name.LastIndexOf('.');
        var ending = name[dot..];
        Name = name;
        Hash = Convert.ToHexStringLower(SHA256.HashData(content))[..16];
        FileName = $"{name[..dot]}.{Hash}{ending}";
        Content = content;
        (ContentType, var isText) = ending switch
        {
            ".css" => ("text/css; charset=utf-8", true),
            ".js" => ("text/javascript; charset=utf-8", true),
            ".svg" => ("image/svg+xml", true),
            // A woff2 file is Brotli inside already, and the pictures are as small as they get.
            ".woff2" => ("font/woff2", false),
            ".png" => ("image/png", false),
            ".jpg" => ("image/jpeg", false),
            ".webp" => ("image/webp", false),
            ".ico" => ("image/x-icon", false),
            _ => ("text/plain; charset=utf-8", true),
        };
        if (!isText || !compress) return;
        Brotli = Compress(content, output => new BrotliStream(output, CompressionLevel.SmallestSize));
        Gzip = Compress(content, output => new GZipStream(output, CompressionLevel.SmallestSize));
    }

    public string Name { get; }

    public string FileName { get; }

    public string Hash { get; }

    public string ContentType { get; }

    internal byte[] Content { get; }

    internal byte[]? Brotli { get; }

    internal byte[]? Gzip { get; }

    private static byte[] Compress(byte[] content, Func<Stream, Stream> open)
    {
        using var output = new MemoryStream();
        using (var compressor = open(output))
            compressor.Write(content);
        return output.ToArray();
    }
}
