namespace AuthServer.Audit;

/// <summary>What a User-Agent says about a device, as far as people know such names. Anybody can write one: it proves nothing.</summary>
/// <param name="Browser">Such as Firefox, or the name that an app gives itself.</param>
/// <param name="Platform">Such as Windows.</param>
public readonly record struct DeviceName(string? Browser, string? Platform)
{
    private const int LongestApp = 40;

    // In this order, because most browsers also name those that they descend from.
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Vivaldi/", "Vivaldi"), ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ];

    private static readonly (string Mark, string Name)[] Platforms =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
        ("Macintosh", "macOS"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
    ];

    public static DeviceName Of(string? userAgent)
    {
        if (userAgent is null) return default;
        return new(Find(Browsers) ?? App(userAgent), Find(Platforms));

        string? Find((string Mark, string Name)[] known) =>
            Array.Find(known, k => userAgent.Contains(k.Mark, StringComparison.Ordinal)).Name;
    }

    /// <summary>RFC 9110 section 10.1.5: the first product is the most significant one.</summary>
    private static string? App(string userAgent)
    {
        var name = userAgent.AsSpan(0, userAgent.AsSpan().IndexOfAny('/', ' ') is var end and >= 0 ? end : userAgent.Length);
        return name.Length is > 0 and <= LongestApp && name is not "Mozilla" ? name.ToString() : null;
    }
}
