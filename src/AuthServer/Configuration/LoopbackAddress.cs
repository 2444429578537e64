namespace AuthServer.Configuration;

/// <summary>An http address of this machine, taken apart as a text: the hosts are those of <see cref="LoopbackHost"/>.</summary>
/// <remarks>
/// Never by <see cref="Uri.IsLoopback"/> or a parsed address: System.Uri also takes 127.1, 2130706433 and the host name "loopback" for this
/// machine, and drops white space around the text, while a browser may take them elsewhere.
/// </remarks>
/// <param name="Origin">Scheme and host.</param>
/// <param name="Port">The digits; empty where there are none.</param>
/// <param name="Rest">Path and query, as written.</param>
public readonly record struct LoopbackAddress(string Origin, string Port, string Rest)
{
    private static readonly string[] Origins = [.. LoopbackHost.Names.Select(name => "http://" + name)];

    public static bool Is(string? address) => address is not null && Read(address) is not null;

    /// <returns>Null for every other text.</returns>
    public static LoopbackAddress? Read(string address)
    {
        if (Array.Find(Origins, o => address.StartsWith(o, StringComparison.Ordinal)) is not { } origin) return null;
        var rest = address[origin.Length..];
        if (rest.Length == 0 || rest[0] is '/' or '?') return new(origin, "", rest);
        if (rest[0] != ':') return null;
        var digits = rest.AsSpan(1).IndexOfAnyExceptInRange('0', '9');
        var port = digits < 0 ? rest[1..] : rest.Substring(1, digits);
        if (port.Length is 0 or > 5 || port[0] == '0'
            || int.Parse(port, System.Globalization.CultureInfo.InvariantCulture) > ushort.MaxValue)
        {
            return null;
        }
        rest = rest[(1 + port.Length)..];
        return rest.Length == 0 || rest[0] is '/' or '?' ? new(origin, port, rest) : null;
    }
}
