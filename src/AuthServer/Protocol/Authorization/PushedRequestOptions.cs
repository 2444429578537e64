using AuthServer.Configuration;

namespace AuthServer.Protocol.Authorization;

/// <summary>Pushed authorization requests (RFC 9126).</summary>
public sealed class PushedRequestOptions
{
    /// <summary>
    /// The time in which a browser must bring a pushed request to the authorization endpoint. The sign-in that begins then may take longer.
    /// </summary>
    [Setting("PUSHED_REQUEST_LIFETIME", Shortest = "60s", Longest = "600s")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>
    /// Whether every client must push its authorization requests. A single client is made to by
    /// <c>require_pushed_authorization_requests</c> in its registration.
    /// </summary>
    [Setting("PUSHED_REQUESTS_REQUIRED")]
    public bool Required { get; set; }
}
