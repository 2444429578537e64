using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace AuthServer.Configuration;

/// <summary>A list in one text with a space between the values, as <c>scope</c> is (RFC 6749 section 3.3).</summary>
public static class SpaceList
{
    /// <summary>The values in their order, each once; none for a missing text.</summary>
    public static ImmutableArray<string> Split(string? text)
    {
        if (string.IsNullOrEmpty(text)) return [];
        return ImmutableCollectionsMarshal.AsImmutableArray(text.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Once();
    }
}
