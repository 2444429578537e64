using System.Globalization;
using System.Net;
using AuthServer.Configuration;

namespace AuthServer.Outbound;

/// <summary>The hosts that the operator lets this server ask, although they are not public or have no TLS.</summary>
public sealed class AllowedHosts
{
    internal const string Form = "names, addresses or networks, with a port or without, such as keys.internal,10.0.0.5:8443,[fd00::5]:8443";

    private readonly IReadOnlyList<Entry> _entries;

    private AllowedHosts(IReadOnlyList<Entry> entries) => _entries = entries;

    public static AllowedHosts None { get; } = new([]);

    public static AllowedHosts Parse(string key, IEnumerable<string> texts, SettingProblems problems)
    {
        List<Entry> entries = [];
        foreach (var text in texts)
        {
            if (Parse(key, text, problems) is { } entry) entries.Add(entry);
        }

        return new(entries);
    }

    /// <summary>Whether a name, or an address in the place of one, is on the list.</summary>
    public bool HasHost(string host, int port)
    {
        if (IPAddress.TryParse(host, out var address)) return HasAddress(address, port);
        var name = host.TrimEnd('.');
        return _entries.Any(entry => entry.Takes(port) && string.Equals(entry.Name, name, StringComparison.OrdinalIgnoreCase));
    }

    public bool HasAddress(IPAddress address, int port) => _entries.Any(entry => entry.Takes(port) && entry.Addresses.Contains(address));

    private static Entry? Parse(string key, string text, SettingProblems problems)
    {
        var (host, port) = Split(text);
        if (host.Length == 0 || port == 0)
        {
            problems.Add(key, $"\"{text}\" is no host", "set it to " + Form);
            return null;
        }
        // What has letters beyond those of hexadecimal numbers, and no colon, can only be a name.
        if (IsName(host)) return new(host.TrimEnd('.'), AddressList.Empty, port);
        var before = problems.Lines.Count;
        var addresses = AddressList.Parse(key, [host], problems);
        return problems.Lines.Count == before ? new(null, addresses, port) : null;
    }

    private static bool IsName(string host) => Uri.CheckHostName(host) == UriHostNameType.Dns
        && host.Split('.', StringSplitOptions.RemoveEmptyEntries)[^1].Any(char.IsAsciiLetter);

    /// <returns>The port 0 for one that is none; null where none is named.</returns>
    private static (string Host, int? Port) Split(string text)
    {
        var colon = text.LastIndexOf(':');
        var isBracketed = text.StartsWith('[');
        if (isBracketed && text.EndsWith(']')) return (text[1..^1], null);
        // Several colons without brackets: an IPv6 address.
        if (colon < 0 || (!isBracketed && text.IndexOf(':') != colon)) return (text, null);
        if (isBracketed && text[colon - 1] != ']') return ("", 0);
        var host = isBracketed ? text[1..(colon - 1)] : text[..colon];
        return ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? (host, port) : (host, 0);
    }

    private sealed record Entry(string? Name, AddressList Addresses, int? Port)
    {
        public bool Takes(int port) => Port is null || Port == port;
    }
}
