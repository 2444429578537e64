using System.Net;
using System.Net.Sockets;
using MaxMind.Db;

namespace AuthServer.Audit;

/// <summary>Names the place of an IP address by the database of the operator, and asks nobody.</summary>
/// <remarks>A guess of whoever made the database, for people to recognise their own sign-ins by. Nothing is decided by it.</remarks>
public sealed class Places : IDisposable
{
    private const string English = "en";

    private const int LongestName = 80;

    private readonly Reader? _reader;

    public Places(PlaceOptions options) => _reader = options.Database is { } path ? new Reader(path) : null;

    /// <returns>Such as "Lausanne, Switzerland"; null where the address has no place, or there is no database.</returns>
    /// <param name="language">A language tag (BCP 47), in which the names are if the database has them; else they are in English.</param>
    public string? Of(string? address, string? language = null)
    {
        if (_reader is null || !IPAddress.TryParse(address, out var parsed)) return null;
        // A database of IPv4 addresses knows no others.
        if (parsed.AddressFamily == AddressFamily.InterNetworkV6 && _reader.Metadata.IPVersion == 4) return null;
        try
        {
            if (_reader.Find<Dictionary<string, object>>(parsed) is not { } found) return null;
            string?[] names = [NameOf(found, "city", language), NameOf(found, "country", language)];
            var place = string.Join(", ", names.OfType<string>());
            return place.Length == 0 ? null : place;
        }
        // The file has changed under the running server, or was broken from the beginning: no sign-in fails for it.
        catch (Exception exception) when (exception is InvalidDatabaseException or DeserializationException or IOException
            or ArgumentException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    public void Dispose() => _reader?.Dispose();

    private static string? NameOf(Dictionary<string, object> found, string part, string? language)
    {
        if (found.GetValueOrDefault(part) is not Dictionary<string, object> one
            || one.GetValueOrDefault("names") is not Dictionary<string, object> names) return null;
        var name = Tags(language).Select(tag => names.GetValueOrDefault(tag) as string).FirstOrDefault(text => text is not null);
        return ForeignText.Clean(name, LongestName);
    }

    // The databases of MaxMind have names in en, de, es, fr, ja, pt-BR, ru and zh-CN.
    private static IEnumerable<string> Tags(string? language)
    {
        if (language is not null)
        {
            yield return language;
            yield return language.Split('-')[0];
            if (language is "zh-Hans") yield return "zh-CN";
        }

        yield return English;
    }
}
