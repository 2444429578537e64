using System.Globalization;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace AuthServer.JsonApi;

/// <summary>Versions as entity tags, and the conditions that name them (RFC 9110 section 13.1).</summary>
/// <remarks>
/// A proxy that compresses changes a tag on its way out: nginx, HAProxy and Cloudflare make <c>"7"</c> weak, Apache and Caddy write
/// <c>"7-gzip"</c>, and Jetty <c>"7--gzip"</c>. The caller sends back what it got.
/// </remarks>
internal static class EntityTags
{
    private static readonly string[] Codings = ["gzip", "br", "zstd", "deflate"];

    public static string Of(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>If-Match; a malformed tag matches nothing.</summary>
    /// <remarks>
    /// RFC 9110 section 13.1.1 asks for strong comparison, because two representations with one weak tag may differ. All our tags are
    /// strong and name one version of a row, so a weak form of one comes from a proxy and can stand for nothing else.
    /// </remarks>
    /// <returns>Null when the header is missing.</returns>
    public static Func<long, bool>? IfMatch(StringValues header)
    {
        if (StringValues.IsNullOrEmpty(header)) return null;
        if (!EntityTagHeaderValue.TryParseStrictList(header.OfType<string>().ToArray(), out var tags)) return static _ => false;
        return version => tags.Any(t => Names(t, Of(version)));
    }

    /// <summary>If-None-Match, by weak comparison (RFC 9110 section 13.1.2).</summary>
    /// <param name="tag">The tag of what would be sent, in quotes.</param>
    public static bool IsKnown(StringValues ifNoneMatch, string tag) =>
        ifNoneMatch.Count > 0 && EntityTagHeaderValue.TryParseList(ifNoneMatch.OfType<string>().ToArray(), out var tags)
        && tags.Any(t => Names(t, tag));

    private static bool Names(EntityTagHeaderValue presented, string tag) =>
        presented.Equals(EntityTagHeaderValue.Any) || presented.Tag == tag
        || WithoutCoding(presented.Tag.AsSpan()).SequenceEqual(tag.AsSpan(1, tag.Length - 2));

    /// <summary>The opaque text without quotes, and without the content coding that a proxy has appended.</summary>
    private static ReadOnlySpan<char> WithoutCoding(ReadOnlySpan<char> tag)
    {
        if (tag.Length < 2) return [];
        var text = tag[1..^1];
        foreach (var coding in Codings)
        {
            if (!text.EndsWith(coding, StringComparison.Ordinal)) continue;
            var rest = text[..^coding.Length];
            return rest.EndsWith("--") ? rest[..^2] : rest.EndsWith('-') || rest.EndsWith(';') ? rest[..^1] : text;
        }

        return text;
    }
}
