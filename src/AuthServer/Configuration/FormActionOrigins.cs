namespace AuthServer.Configuration;

/// <summary>The origins beside our own that a form on the current page may lead to.</summary>
/// <remarks>Chromium applies the CSP directive form-action to the redirects after a form post as well: without the client's origin, the browser would stop on the way back to it.</remarks>
public sealed class FormActionOrigins
{
    private readonly List<string> _origins = [];

    public IReadOnlyList<string> Origins => _origins;

    /// <summary>Lets forms of this response lead to the address: its origin for http and https, its scheme for an app's own scheme (RFC 8252 section 7.1).</summary>
    public static void Allow(HttpContext http, string address)
    {
        // On Unix "/local" is an absolute address too, of a file.
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is "file" or "javascript" or "data") return;
        var feature = http.Features.Get<FormActionOrigins>() ?? new FormActionOrigins();
        http.Features.Set(feature);
        // The host is taken in its ASCII form: whatever stands in an address must not be able to end the directive.
        var origin = uri.Scheme is "http" or "https"
            ? $"{uri.Scheme}://{(uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost)}:{uri.Port}"
            : uri.Scheme + ":";
        if (!feature._origins.Contains(origin)) feature._origins.Add(origin);
    }
}
