using System.Collections.Frozen;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace AuthServer.Protocol.Plain;

/// <summary>
/// The headers that a request may have and still be answered the plain way: an allow-list, so that what is new or unknown goes to
/// OpenIddict.
/// </summary>
/// <remarks>
/// A sender constraint (DPoP, a signature, a client certificate) that the plain way ignored would be answered with a bearer token.
/// </remarks>
internal static class PlainHeaders
{
    // Headers that say nothing about the protocol, those of the connection and of proxies included. What Authorization, Content-Type,
    // Cookie, Origin and X-CSRF may say each endpoint decides; Transfer-Encoding and Content-Encoding are missing on purpose.
    private static readonly FrozenSet<string> Known = new[]
    {
        "Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Authorization", "Cache-Control", "CDN-Loop", "CF-Connecting-IP",
        "CF-IPCountry", "CF-RAY", "CF-Visitor", "Connection", "Content-Length", "Content-Type",
        "Cookie", "Date", "Device-Token", "DNT", "Forwarded", "From", "Host", "If-Modified-Since", "If-None-Match", "Keep-Alive", "Origin",
        "Pragma", "Priority", "Referer",
        "Save-Data", "Sec-CH-UA", "Sec-CH-UA-Mobile", "Sec-CH-UA-Platform", "Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site",
        "Sec-Fetch-User", "Sec-GPC",
        "TE", "Traceparent", "Tracestate", "True-Client-IP", "Baggage", "Upgrade-Insecure-Requests", "User-Agent", "Via", "X-Amz-Cf-Id",
        "X-Amzn-Trace-Id", "X-ARR-LOG-ID", "X-Azure-Ref", "X-B3-TraceId", "X-B3-SpanId",
        "X-B3-ParentSpanId", "X-B3-Sampled", "X-Client-IP", "X-Cloud-Trace-Context", "X-Correlation-ID", "X-CSRF", "X-Envoy-Attempt-Count",
        "X-Envoy-Expected-Rq-Timeout-Ms", "X-Envoy-External-Address", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port",
        "X-Forwarded-Proto", "X-Forwarded-Server", "X-Original-For", "X-Original-Host", "X-Original-Proto", "X-Real-IP", "X-Request-ID",
        "X-Scheme", "X-Request-Start", "X-Requested-With",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    // RFC 9701 and OpenID Connect Core 5.3.2: application/token-introspection+jwt and application/jwt ask for another kind of answer.
    private static readonly FrozenSet<string> KnownRanges = new[]
    {
        "*/*", "application/*", "application/json", "application/problem+json", "application/xhtml+xml", "application/xml",
        "application/signed-exchange",
        "text/*", "text/html", "text/plain", "image/*", "image/apng", "image/avif", "image/svg+xml", "image/webp",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> KnownRange =
        KnownRanges.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether no header, and no certificate of the connection, asks for more than the plain way knows.</summary>
    public static bool Allow(HttpContext http)
    {
        foreach (var (name, values) in http.Request.Headers)
        {
            if (!Known.Contains(name)) return false;
            if (name.Equals(HeaderNames.Accept, StringComparison.OrdinalIgnoreCase) && !IsPlainAccept(values)) return false;
        }

        // RFC 8705: a client that shows a certificate may be bound to it.
        return http.Request.Headers.Authorization.Count <= 1 && http.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is null;
    }

    private static bool IsPlainAccept(StringValues values)
    {
        foreach (var value in values)
        {
            foreach (var part in value.AsSpan().Split(','))
            {
                var range = value.AsSpan()[part];
                var parameters = range.IndexOf(';');
                if (!KnownRange.Contains((parameters < 0 ? range : range[..parameters]).Trim())) return false;
            }
        }

        return true;
    }
}
