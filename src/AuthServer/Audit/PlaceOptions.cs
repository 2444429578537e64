using AuthServer.Configuration;
using MaxMind.Db;

namespace AuthServer.Audit;

/// <summary>Where an IP address is, as far as a file of the operator knows.</summary>
public sealed class PlaceOptions : ICheckedSettings
{
    private const string Key = "GEOIP_DATABASE";

    /// <summary>
    /// The path of a database of places in the format of MaxMind (mmdb), such as GeoLite2 City. Lists of sessions and the mail about a new
    /// sign-in then name the place of an address. It is read at start, and no address leaves this server. Absent: no places.
    /// </summary>
    [Setting(Key)]
    public string? Database { get; set; }

    public void Check(SettingProblems problems)
    {
        if (Database is null) return;
        try
        {
            using var reader = new Reader(Database);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDatabaseException
            or ArgumentException or NotSupportedException)
        {
            problems.Add(
                Key, $"the file {Database} cannot be read as a database of places: {exception.Message}",
                "name a file in the format of MaxMind (mmdb) that this user may read, or leave the setting out");
        }
    }
}
