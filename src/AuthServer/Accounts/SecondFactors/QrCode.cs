using System.Globalization;
using System.Text;
using QRCoder;

namespace AuthServer.Accounts.SecondFactors;

/// <summary>Draws a QR code (ISO/IEC 18004) as the path of an SVG, without the margin.</summary>
internal static class QrCode
{
    // Of QRCoder's matrix.
    private const int Margin = 4;

    /// <returns>The length of a side in modules, and a path that fills the dark ones.</returns>
    public static (int Size, string Path) Draw(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var rows = data.ModuleMatrix;
        var size = rows.Count - (2 * Margin);
        var path = new StringBuilder();
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                if (!rows[y + Margin][x + Margin]) continue;
                var begin = x;
                while (x + 1 < size && rows[y + Margin][x + 1 + Margin]) x++;
                path.Append(CultureInfo.InvariantCulture, $"M{begin} {y}h{x - begin + 1}v1h-{x - begin + 1}z");
            }
        }

        return (size, path.ToString());
    }
}
