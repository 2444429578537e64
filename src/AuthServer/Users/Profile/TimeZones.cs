namespace AuthServer.Users.Profile;

/// <summary>The time zones that the machine knows, by their names in the IANA database.</summary>
public static class TimeZones
{
    private static readonly Lazy<IReadOnlyList<string>> Known = new(() =>
        [.. TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id).Where(IsPlace).Order(StringComparer.Ordinal)]);

    /// <summary>Names such as Europe/Berlin; empty on a machine without the database.</summary>
    public static IReadOnlyList<string> All => Known.Value;

    private static bool IsPlace(string id) =>
        id.Contains('/', StringComparison.Ordinal) && !id.StartsWith("Etc/", StringComparison.Ordinal);
}
