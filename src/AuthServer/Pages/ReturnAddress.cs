using AuthServer.Clients.Directory;
using AuthServer.Configuration;
using AuthServer.Ui;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace AuthServer.Pages;

/// <summary>
/// Where a person goes on after a page: an authorization request of this server, the home page, a page of their account, or the one
/// for the code of a device.
/// </summary>
/// <remarks>Anything else is an open redirector (RFC 9700 section 4.11) and counts as no address.</remarks>
public sealed class ReturnAddress
{
    public const string Home = "/";

    private const int MaxLength = 16 * 1024;
    private const int LongestAccountPath = 100;

    private readonly Dictionary<string, StringValues> _parameters;

    private ReturnAddress(string address, Dictionary<string, StringValues> parameters)
    {
        Address = address;
        _parameters = parameters;
    }

    /// <summary>A path of this server with its query, fit for a Location header.</summary>
    public string Address { get; }

    /// <summary>The address that the app thinks the person will type (OpenID Connect Core 3.1.2.1).</summary>
    public string? LoginHint(HttpContext http) => Asked(http, "login_hint")?.Trim();

    /// <summary>A parameter of the app's request that was sent exactly once, also of a pushed request.</summary>
    /// <param name="name">One of those that <see cref="RequestHints"/> keeps.</param>
    public string? Asked(HttpContext http, string name) => Once(RequestHints.Parameter) is { } hints
        ? http.RequestServices.GetRequiredService<RequestHints>().Open(hints).GetValueOrDefault(name)
        : Once(name);

    /// <summary>Whether it is an authorization request, without a page before it.</summary>
    public bool LeadsToRequest => LeadsTo(ProtocolPaths.Authorization, Address);

    /// <summary>Whether the page of <see cref="PagePaths.ConnectSignIn"/> comes first.</summary>
    public bool LeadsToConnection { get; private init; }

    /// <summary>
    /// Null unless the text leads to an authorization request here, to the home page, to a page of the account, or to that of devices;
    /// perhaps by the page that connects a sign-in.
    /// </summary>
    public static ReturnAddress? ToAuthorization(string? text)
    {
        if (text == Home || LeadsTo(ProtocolPaths.Authorization, text) || IsOfAccount(text) || IsOfDevice(text)) return Of(text!);
        if (!LeadsTo(PagePaths.ConnectSignIn, text) || Of(text!)?.Once("returnUrl") is not { } inner) return null;
        // One such page leads to no other, so an address has at most one inside it.
        return !LeadsTo(PagePaths.ConnectSignIn, inner) && ToAuthorization(inner) is { } behind
            ? new(text!, behind._parameters) { LeadsToConnection = true } : null;
    }

    /// <summary>Null unless the text leads to an end-session request here.</summary>
    public static ReturnAddress? ToEndSession(string? text) => LeadsTo(ProtocolPaths.EndSession, text) ? Of(text!) : null;

    /// <summary>The address of another page that goes on to the same place.</summary>
    public static string With(string path, ReturnAddress? returnTo, params IEnumerable<KeyValuePair<string, string?>> more)
    {
        IEnumerable<KeyValuePair<string, string?>> first = returnTo is null ? [] : [new("returnUrl", returnTo.Address)];
        return path + QueryString.Create(first.Concat(more)).ToUriComponent();
    }

    /// <summary>The app behind the request.</summary>
    public async Task<RegisteredClient?> AppAsync(HttpContext http, ClientDirectory clients) =>
        Once("client_id") is { } clientId ? await clients.FindAsync(clientId, http.RequestAborted) : null;

    /// <summary>The parameters of the request.</summary>
    public IReadOnlyDictionary<string, StringValues> Parameters => _parameters;

    /// <summary>A parameter of the request that was sent exactly once.</summary>
    public string? Once(string name) => _parameters.TryGetValue(name, out var values) && values is [{ Length: > 0 } value] ? value : null;

    /// <summary>Every value of a parameter that may stand several times.</summary>
    public IEnumerable<string> All(string name) => _parameters.TryGetValue(name, out var values) ? values.OfType<string>() : [];

    /// <summary>
    /// Null where a name stands in two spellings, such as request_uri and REQUEST_URI: readers differ in which of them counts, and a page
    /// must not show what the authorization endpoint does not go by.
    /// </summary>
    private static ReturnAddress? Of(string address)
    {
        var parameters = new Dictionary<string, StringValues>(StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var query = address.IndexOf('?', StringComparison.Ordinal);
        foreach (var pair in new QueryStringEnumerable(query < 0 ? default : address.AsMemory(query)))
        {
            var (name, value) = (pair.DecodeName().ToString(), pair.DecodeValue().ToString());
            if (parameters.TryGetValue(name, out var before)) parameters[name] = StringValues.Concat(before, value);
            else if (names.Add(name)) parameters[name] = value;
            else return null;
        }

        return new(address, parameters);
    }

    // Nothing but words in lower case, so that no part of it means anything to a browser.
    private static bool IsOfAccount(string? text) =>
        text is { Length: <= LongestAccountPath } && text.StartsWith(PagePaths.Account, StringComparison.Ordinal)
        && (text.Length == PagePaths.Account.Length || text[PagePaths.Account.Length] is '/' or '?')
        && text.All(c => char.IsAsciiLetterLower(c) || c is '/' or '-' or '?' or '=');

    private static bool IsOfDevice(string? text) =>
        text is { Length: <= LongestAccountPath } && (LeadsTo(PagePaths.Device, text) || LeadsTo(PagePaths.Approve, text))
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '?' or '=' or '_');

    // The exact path, so that neither "//host" nor "/\host" nor ".../authorize/../x" is one; visible ASCII, so that it is one header line.
    private static bool LeadsTo(string path, string? text) =>
        text is { Length: <= MaxLength } && text.StartsWith(path, StringComparison.Ordinal)
        && (text.Length == path.Length || text[path.Length] == '?')
        && text.All(c => c is > ' ' and < '\x7f' and not '\\' and not '#');
}
