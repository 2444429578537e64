using System.Globalization;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace AuthServer.Api.Representation;

/// <summary>Versions as entity tags, and the conditions that name them (RFC 9110 section 13.1).</summary>
internal static class EntityTags
{
    public static string Of(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>If-Match, by strong comparison; a weak or malformed tag matches nothing.</summary>
    /// <returns>Null when the header is missing.</returns>
    public static Func<long, bool>? IfMatch(StringValues header)
    {
        if (StringValues.IsNullOrEmpty(header)) return null;
        if (!EntityTagHeaderValue.TryParseStrictList(header.OfType<string>().ToArray(), out var tags)) return static _ => false;
        return version => tags.Any(t => t.Equals(EntityTagHeaderValue.Any) || (!t.IsWeak && t.Tag == Of(version)));
    }

    /// <summary>If-None-Match, by weak comparison.</summary>
    public static bool IsKnown(StringValues ifNoneMatch, long version) =>
        EntityTagHeaderValue.TryParseList(ifNoneMatch.OfType<string>().ToArray(), out var tags)
        && tags.Any(t => t.Equals(EntityTagHeaderValue.Any) || t.Tag == Of(version));
}
