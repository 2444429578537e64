using System.Buffers.Binary;
using SkiaSharp;

namespace AuthServer.Users.Pictures;

/// <summary>Why a file does not become a picture.</summary>
public enum PictureProblem
{
    /// <summary>No JPEG or PNG, or a broken one.</summary>
    NotAPicture,

    /// <summary>More bytes or pixels than are looked at.</summary>
    TooLarge,

    /// <summary>The server is busy with the pictures of others.</summary>
    Busy,

    /// <summary>People have no pictures here: PROFILE_CLAIMS.</summary>
    NotKept,
}

/// <summary>Makes a square JPEG of what a person uploads. Nothing of the file survives but what can be seen.</summary>
/// <remarks>
/// The file is hostile. Its first bytes decide which decoder reads it, its size in pixels is read before any pixel, and of one file at a
/// time the pixels are in memory. Texts, places (EXIF), colour profiles and other files behind the picture stay behind.
/// </remarks>
public static class PictureRecoding
{
    /// <summary>Bytes of a file.</summary>
    public const int MostBytes = 5 * 1024 * 1024;

    /// <summary>Pixels of each side of the result, at most.</summary>
    public const int Side = 512;

    // 64 MB while a picture is read. A JPEG in one scan, as cameras write it, is read line by line and at a fraction of its size.
    private const long MostPixels = 16_000_000, MostPixelsInOneScan = 50_000_000;

    // A JPEG that comes in many scans is read anew for each of them.
    private const int MostScans = 20;

    private const int Quality = 85;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private static readonly SemaphoreSlim Turns = new(1);

    /// <returns>The JPEG, or why there is none.</returns>
    public static async Task<(byte[]? Jpeg, PictureProblem? Problem)> RecodeAsync(byte[] file, CancellationToken cancellationToken)
    {
        if (file.Length > MostBytes) return (null, PictureProblem.TooLarge);
        if (!IsOfKnownKind(file)) return (null, PictureProblem.NotAPicture);
        if (!await Turns.WaitAsync(LongestWait, cancellationToken)) return (null, PictureProblem.Busy);
        try
        {
            return await Task.Run(() => Recode(file), CancellationToken.None);
        }
        finally
        {
            Turns.Release();
        }
    }

    // Before a decoder sees the file: Skia knows a dozen kinds more.
    private static bool IsOfKnownKind(ReadOnlySpan<byte> file) =>
        file.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff])
        || file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a]);

    private static (byte[]? Jpeg, PictureProblem? Problem) Recode(byte[] file)
    {
        using var stream = new MemoryStream(file, writable: false);
        using var codec = SKCodec.Create(stream);
        if (codec?.EncodedFormat is not (SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Png))
            return (null, PictureProblem.NotAPicture);
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if (width < 1 || height < 1) return (null, PictureProblem.NotAPicture);
        var scans = codec.EncodedFormat == SKEncodedImageFormat.Jpeg ? ScansOf(file) : 0;
        if (scans > MostScans || (long)width * height > (scans == 1 ? MostPixelsInOneScan : MostPixels))
            return (null, PictureProblem.TooLarge);

        var size = codec.GetScaledDimensions((float)Math.Min(1, 2d * Side / Math.Min(width, height)));
        if ((long)size.Width * size.Height > MostPixels) return (null, PictureProblem.TooLarge);
        using var space = SKColorSpace.CreateSrgb();
        using var bitmap = new SKBitmap();
        var info = new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Premul, space);
        if (!bitmap.TryAllocPixels(info)) return (null, PictureProblem.TooLarge);
        return codec.GetPixels(info, bitmap.GetPixels()) == SKCodecResult.Success
            ? (Square(bitmap, codec.EncodedOrigin, space), null)
            : (null, PictureProblem.NotAPicture);
    }

    // ITU-T T.81 section B.1.1: markers, most of which begin a segment with its length. What a camera hides in one, such as a small copy of
    // the picture, does not count.
    private static int ScansOf(ReadOnlySpan<byte> jpeg)
    {
        const byte endOfImage = 0xd9, startOfScan = 0xda;
        var (at, scans) = (2, 0);
        while (at + 4 <= jpeg.Length)
        {
            var marker = jpeg[at + 1];
            // The data of a scan, in which 0xff is followed by 0 or by the mark of a restart; or a filling byte.
            if (jpeg[at] != 0xff || marker is 0 or 0xff or (>= 0xd0 and <= 0xd8)) at++;
            else if (marker == endOfImage) break;
            else
            {
                if (marker == startOfScan) scans++;
                at += 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 2)..]);
            }
        }

        return scans;
    }

    /// <summary>The middle of the picture, on white, with the side up that the camera says is up.</summary>
    private static byte[] Square(SKBitmap bitmap, SKEncodedOrigin origin, SKColorSpace space)
    {
        var shorter = Math.Min(bitmap.Width, bitmap.Height);
        var side = Math.Min(shorter, Side);
        using var surface = SKSurface.Create(new SKImageInfo(side, side, SKColorType.Rgba8888, SKAlphaType.Opaque, space));
        surface.Canvas.Clear(SKColors.White);
        surface.Canvas.SetMatrix(Upright(origin, side));
        using var image = SKImage.FromBitmap(bitmap);
        var middle = SKRect.Create((bitmap.Width - shorter) / 2f, (bitmap.Height - shorter) / 2f, shorter, shorter);
        surface.Canvas.DrawImage(
            image, middle, SKRect.Create(side, side), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using var drawn = surface.Snapshot();
        using var jpeg = drawn.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return jpeg.ToArray();
    }

    // The eight orientations of EXIF, as maps of a square of this side onto itself.
    private static SKMatrix Upright(SKEncodedOrigin origin, float side) => origin switch
    {
        SKEncodedOrigin.TopRight => new(-1, 0, side, 0, 1, 0, 0, 0, 1),
        SKEncodedOrigin.BottomRight => new(-1, 0, side, 0, -1, side, 0, 0, 1),
        SKEncodedOrigin.BottomLeft => new(1, 0, 0, 0, -1, side, 0, 0, 1),
        SKEncodedOrigin.LeftTop => new(0, 1, 0, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightTop => new(0, -1, side, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightBottom => new(0, -1, side, -1, 0, side, 0, 0, 1),
        SKEncodedOrigin.LeftBottom => new(0, 1, 0, -1, 0, side, 0, 0, 1),
        _ => SKMatrix.Identity,
    };
}
