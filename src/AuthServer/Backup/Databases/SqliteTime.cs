using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace AuthServer.Backup.Databases;

/// <summary>
/// The text form of times in SQLite, as Microsoft.Data.Sqlite writes it: "2026-11-29 04:14:06.1234567", zeros at the end left out.
/// </summary>
internal static class SqliteTime
{
    private const int WholeSeconds = 19, Places = 6;

    /// <returns>Microseconds since 1970; finer digits are dropped. Null: it is no time.</returns>
    public static long? Read(ReadOnlySpan<byte> text)
    {
        if (text.Length < WholeSeconds || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)' ' or (byte)'T')
            || text[13] != ':' || text[16] != ':'
            || !Number(text[..4], out var year) || !Number(text[5..7], out var month) || !Number(text[8..10], out var day)
            || !Number(text[11..13], out var hour) || !Number(text[14..16], out var minute) || !Number(text[17..19], out var second)
            || !Fraction(text[WholeSeconds..], out var fraction)
            || year is 0 || month is 0 or > 12 || day is 0 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 59)
        {
            return Other(text);
        }

        var ticks = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks - DateTime.UnixEpoch.Ticks;
        return ticks / TimeSpan.TicksPerMicrosecond + fraction;
    }

    /// <returns>How many bytes were written.</returns>
    public static int Write(long microseconds, Span<byte> text)
    {
        var time = DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
        time.TryFormat(text, out var length, "yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture);
        return length;
    }

    private static bool Fraction(ReadOnlySpan<byte> text, out int microseconds)
    {
        microseconds = 0;
        if (text.IsEmpty) return true;
        if (text[0] != '.' || text.Length == 1) return false;
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] is < (byte)'0' or > (byte)'9') return false;
            if (i <= Places) microseconds = 10 * microseconds + text[i] - '0';
        }

        for (var i = text.Length - 1; i < Places; i++) microseconds *= 10;
        return true;
    }

    private static bool Number(ReadOnlySpan<byte> digits, out int value) =>
        Utf8Parser.TryParse(digits, out value, out var used) && used == digits.Length && value >= 0;

    // What other SQL clients write.
    private static long? Other(ReadOnlySpan<byte> text) =>
        DateTime.TryParse(
            Encoding.UTF8.GetString(text), CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
        ? (time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond : null;
}
