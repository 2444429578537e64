using SkiaSharp;

namespace AuthServer.Users.Pictures;

/// <summary>Why a file does not become a picture.</summary>
public enum PictureProblem
{
    /// <summary>No JPEG, PNG or WebP, or a broken one.</summary>
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
/// The file is hostile. Its first bytes decide which decoder reads it, its size in pixels is read before any pixel, and of few files at
/// once the pixels are in memory. Texts, places (EXIF), colour profiles, other files behind the picture and further frames stay behind.
/// </remarks>
public static class PictureRecoding
{
    /// <summary>Bytes of a file.</summary>
    public const int MostBytes = 5 * 1024 * 1024;

    /// <summary>Pixels of each side of the result, at most.</summary>
    public const int Side = 512;

    private const int LongestSide = 12_000;

    // 64 MB while a picture is read.
    private const long MostPixels = 16_000_000;

    private const int Quality = 85;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private static readonly SemaphoreSlim Turns = new(2);

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

    // Before a decoder sees the file: the library knows a dozen kinds more, also SVG's and camera files'.
    private static bool IsOfKnownKind(ReadOnlySpan<byte> file) =>
        file.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff])
        || file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a])
        || (file.Length > 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8));

    private static (byte[]? Jpeg, PictureProblem? Problem) Recode(byte[] file)
    {
        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data);
        if (codec?.EncodedFormat is not (SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Png or SKEncodedImageFormat.Webp))
            return (null, PictureProblem.NotAPicture);
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if (width < 1 || height < 1) return (null, PictureProblem.NotAPicture);
        if (width > LongestSide || height > LongestSide) return (null, PictureProblem.TooLarge);

        // A JPEG of a camera is read at a fraction of its size.
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
