namespace AuthServer.Outbound;

/// <summary>One request to an address that was named from outside, with what its answer may cost.</summary>
public sealed record OutboundRequest(Uri Address)
{
    public HttpMethod Method { get; init; } = HttpMethod.Get;

    /// <summary>Disposed with the request.</summary>
    public HttpContent? Content { get; init; }

    /// <summary>The header Authorization. A request that has one follows no redirect.</summary>
    public string? Authorization { get; init; }

    /// <summary>The media types that a successful answer may have, which are also asked for; null: any.</summary>
    public IReadOnlyList<string>? MediaTypes { get; init; }

    /// <summary>A successful answer may also have an application type that ends so, such as +json (RFC 6839); null: it may not.</summary>
    public string? MediaSuffix { get; init; }

    /// <summary>Nobody reads the body: the status is the answer, whatever comes after it.</summary>
    public bool IsForStatus { get; init; }

    /// <summary>In bytes.</summary>
    public int LongestBody { get; init; } = 64 * 1024;

    /// <summary>From the search for the name to the last byte, redirects included.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many redirects a GET follows; each address is checked as the first one was.</summary>
    public int Redirects { get; init; }
}
