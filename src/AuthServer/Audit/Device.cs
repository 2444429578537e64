namespace AuthServer.Audit;

/// <summary>The form of a device, for its picture.</summary>
public enum DeviceForm
{
    Unknown,
    Computer,
    Phone,
    Tablet,
}

/// <summary>What a User-Agent header says of the device: names of products, or null where it says nothing that we know.</summary>
/// <remarks>Any caller may send any text: this is a hint for the person who reads it, and decides nothing.</remarks>
public sealed record Device(string? Browser, string? System, DeviceForm Form)
{
    private static readonly Device Nothing = new(null, null, DeviceForm.Unknown);

    // In this order: almost every browser also names those that it descends from.
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg/", "Edge"), ("EdgA/", "Edge"), ("EdgiOS/", "Edge"), ("OPR/", "Opera"), ("OPT/", "Opera"), ("Vivaldi/", "Vivaldi"),
        ("YaBrowser/", "Yandex Browser"), ("SamsungBrowser/", "Samsung Internet"), ("DuckDuckGo/", "DuckDuckGo"), ("Ddg/", "DuckDuckGo"),
        ("FxiOS/", "Firefox"), ("Firefox/", "Firefox"), ("CriOS/", "Chrome"), ("Chromium/", "Chromium"), ("HeadlessChrome/", "Chrome"),
        ("Chrome/", "Chrome"), ("Version/", "Safari"),
        // Programs: each begins its header with its name.
        ("okhttp/", "Android app"), ("CFNetwork/", "Apple app"), ("curl/", "curl"), ("PostmanRuntime/", "Postman"),
        ("python-requests/", "Python"), ("Go-http-client/", "Go"), ("Dart/", "Dart"), ("axios/", "axios"), ("node", "Node.js"),
    ];

    private static readonly (string Mark, string Name, DeviceForm Form)[] Systems =
    [
        ("iPhone", "iPhone", DeviceForm.Phone), ("iPad", "iPad", DeviceForm.Tablet), ("iPod", "iPod", DeviceForm.Phone),
        ("Android", "Android", DeviceForm.Tablet), ("CrOS", "ChromeOS", DeviceForm.Computer),
        ("Windows", "Windows", DeviceForm.Computer), ("Macintosh", "macOS", DeviceForm.Computer),
        ("Darwin", "macOS/iOS", DeviceForm.Unknown), ("X11; Ubuntu", "Ubuntu", DeviceForm.Computer),
        ("Linux", "Linux", DeviceForm.Computer),
    ];

    public static Device Of(string? userAgent)
    {
        if (string.IsNullOrWhiteSpace(userAgent)) return Nothing;
        var browser = Array.Find(Browsers, b => userAgent.Contains(b.Mark, StringComparison.Ordinal)).Name;
        // "Version/" is Safari's beside its own name alone; old Android browsers have it too.
        if (browser == "Safari" && !userAgent.Contains("Safari/", StringComparison.Ordinal)) browser = null;
        var system = Array.Find(Systems, s => userAgent.Contains(s.Mark, StringComparison.Ordinal));
        // Android's phones say Mobile, its tablets do not.
        var form = system.Name == "Android" && userAgent.Contains("Mobile", StringComparison.Ordinal) ? DeviceForm.Phone : system.Form;
        return new(browser ?? FirstProduct(userAgent), system.Name, system.Name is null ? DeviceForm.Unknown : form);
    }

    // RFC 9110 section 10.1.5: product/version. An app of the operator names itself there; "Mozilla" names nobody.
    private static string? FirstProduct(string userAgent)
    {
        var end = userAgent.AsSpan().IndexOfAny('/', ' ');
        var product = end < 0 ? userAgent : userAgent[..end];
        return product is "Mozilla" or "" || product.Length > LongestProduct || !product.All(IsPlain) ? null : product;
    }

    private const int LongestProduct = 40;

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.';
}
