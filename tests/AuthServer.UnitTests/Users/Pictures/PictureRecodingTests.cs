using System.Buffers.Binary;
using System.Text;
using AuthServer.Users.Pictures;
using SkiaSharp;

namespace AuthServer.UnitTests.Users.Pictures;

/// <summary>What an attacker uploads as a picture, and what becomes of it.</summary>
public sealed class PictureRecodingTests
{
    private const string Secret = "GPS 48.2082 16.3738";

    private static readonly byte[] Jpeg = Draw(SKEncodedImageFormat.Jpeg, 800, 600);

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg, 800, 600, 512)]
    [InlineData(SKEncodedImageFormat.Png, 600, 1800, 512)]
    [InlineData(SKEncodedImageFormat.Png, 90, 60, 60)]
    [InlineData(SKEncodedImageFormat.Png, 1, 1, 1)]
    public async Task A_picture_becomes_a_square_jpeg(SKEncodedImageFormat format, int width, int height, int side)
    {
        using var made = await RecodeAsync(Draw(format, width, height));
        Assert.Equal((side, side), (made.Width, made.Height));
    }

    /// <summary>EXIF tells where and with which camera a picture was taken; its orientation is the only thing of it that counts.</summary>
    [Fact]
    public async Task What_a_camera_notes_is_gone_and_the_picture_stands_upright()
    {
        // Orientation 6: what is on the left of the file belongs on top.
        var (jpeg, _) = await PictureRecoding.RecodeAsync(WithExif(Jpeg, orientation: 6), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(Secret, Encoding.Latin1.GetString(jpeg!), StringComparison.Ordinal);
        Assert.DoesNotContain("Exif", Encoding.Latin1.GetString(jpeg!), StringComparison.Ordinal);
        using var made = SKBitmap.Decode(jpeg);
        Assert.True(made.GetPixel(256, 20).Red > 200 && made.GetPixel(256, 490).Blue > 200);
        using var asItIs = await RecodeAsync(Jpeg);
        Assert.True(asItIs.GetPixel(20, 256).Red > 200 && asItIs.GetPixel(490, 256).Blue > 200);
    }

    [Fact]
    public async Task What_hides_behind_a_picture_is_gone()
    {
        var (jpeg, _) = await PictureRecoding.RecodeAsync(
            [.. Jpeg, .. "<script>alert(document.domain)</script>PK\u0003\u0004"u8], TestContext.Current.CancellationToken);
        Assert.DoesNotContain("script", Encoding.Latin1.GetString(jpeg!), StringComparison.Ordinal);
        Assert.Equal([0xff, 0xd8, 0xff], jpeg![..3]);
        Assert.Equal([0xff, 0xd9], jpeg[^2..]);
    }

    public static TheoryData<string, byte[]> NoPictures => new()
    {
        { "nothing", [] },
        { "text", Encoding.UTF8.GetBytes("hello") },
        { "SVG", Encoding.UTF8.GetBytes("<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>") },
        { "HTML that begins as a PNG", [0x89, (byte)'P', (byte)'N', (byte)'G', .. "<html><script>alert(1)</script>"u8] },
        { "GIF", [.. "GIF89a"u8, 1, 0, 1, 0, 0, 0, 0, 0x3b] },
        { "BMP", [.. "BM"u8, .. new byte[60]] },
        { "the head of a JPEG", [0xff, 0xd8, 0xff] },
        { "half a JPEG", Jpeg[..(Jpeg.Length / 2)] },
        { "a WebP", Draw(SKEncodedImageFormat.Webp, 20, 15) },
        { "an empty PNG", Png(0, 0) },
        { "a PNG without pixels", Png(64, 64) },
    };

    [Theory, MemberData(nameof(NoPictures))]
    public async Task What_is_no_picture_is_refused(string what, byte[] file)
    {
        var (jpeg, problem) = await PictureRecoding.RecodeAsync(file, TestContext.Current.CancellationToken);
        Assert.True(jpeg is null && problem == PictureProblem.NotAPicture, $"{what}: {problem}");
    }

    /// <summary>A few bytes that would take gigabytes of memory.</summary>
    [Theory]
    [InlineData(4100, 4100)]
    [InlineData(50_000, 50_000)]
    [InlineData(100_000, 161)]
    public async Task A_bomb_is_refused_by_its_head(int width, int height)
    {
        var (jpeg, problem) = await PictureRecoding.RecodeAsync(Png(width, height), TestContext.Current.CancellationToken);
        Assert.True(jpeg is null && problem == PictureProblem.TooLarge, problem?.ToString());
    }

    /// <summary>A few megabytes that keep a core busy for minutes: each scan is a pass over all pixels.</summary>
    [Fact]
    public async Task A_picture_in_very_many_scans_is_refused()
    {
        byte[] scan = [0xff, 0xda, 0, 2];
        byte[] file = [.. Jpeg[..^2], .. Enumerable.Repeat(scan, 100).SelectMany(bytes => bytes), 0xff, 0xd9];
        var (jpeg, problem) = await PictureRecoding.RecodeAsync(file, TestContext.Current.CancellationToken);
        Assert.True(jpeg is null && problem == PictureProblem.TooLarge, problem?.ToString());
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_not_looked_at()
    {
        var file = new byte[PictureRecoding.MostBytes + 1];
        Jpeg.CopyTo(file, 0);
        Assert.Equal(
            PictureProblem.TooLarge, (await PictureRecoding.RecodeAsync(file, TestContext.Current.CancellationToken)).Problem);
    }

    private static async Task<SKBitmap> RecodeAsync(byte[] file)
    {
        var (jpeg, problem) = await PictureRecoding.RecodeAsync(file, TestContext.Current.CancellationToken);
        Assert.Null(problem);
        return SKBitmap.Decode(jpeg);
    }

    /// <summary>Red on the left, blue on the right.</summary>
    private static byte[] Draw(SKEncodedImageFormat format, int width, int height)
    {
        using var bitmap = new SKBitmap(width, height);
        bitmap.Erase(SKColors.Red);
        bitmap.Erase(SKColors.Blue, SKRectI.Create(width / 2, 0, width - (width / 2), height));
        using var data = bitmap.Encode(format, 90);
        return data.ToArray();
    }

    // CIPA DC-008 (EXIF) section 4.5.4: an APP1 segment behind the first marker, with a TIFF directory of one entry.
    private static byte[] WithExif(byte[] jpeg, byte orientation)
    {
        byte[] exif =
        [
            .. "Exif\0\0"u8, .. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0,
            .. Encoding.ASCII.GetBytes(Secret),
        ];
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)(exif.Length + 2));
        return [0xff, 0xd8, 0xff, 0xe1, .. length, .. exif, .. jpeg[2..]];
    }

    /// <summary>The head of a PNG of this size, and a few bytes that are to be its pixels.</summary>
    private static byte[] Png(int width, int height)
    {
        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), height);
        (head[8], head[9]) = (8, 2);
        return [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a, .. Chunk("IHDR", head), .. Chunk("IDAT", [0x78, 0x9c]),
            .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string kind, byte[] content)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(kind), .. content];
        var (length, check) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(check, Crc32(body));
        return [.. length, .. body, .. check];
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
        }

        return ~crc;
    }
}
