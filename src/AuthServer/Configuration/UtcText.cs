using System.Globalization;

namespace AuthServer.Configuration;

/// <summary>Times to read, in UTC and in the calendar of ISO 8601, whatever the one of the machine.</summary>
public static class UtcText
{
    public static string Minute(DateTime utc) => utc.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    public static string Second(DateTime utc) => utc.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>For programs (RFC 3339).</summary>
    public static string Iso(DateTime utc) => utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
