using AuthServer.Sessions.Senders;
using AuthServer.Users.SignIn;

namespace AuthServer.Api.OpenApi;

/// <summary>The headers of answers, each described once.</summary>
internal static class ApiHeaders
{
    public const string ETag = "ETag";
    public const string Location = "Location";
    public const string Link = "Link";
    public const string Replayed = "Idempotent-Replayed";
    public const string RetryAfter = "Retry-After";
    public const string Challenge = "WWW-Authenticate";
    public const string RateLimit = "RateLimit";
    public const string RateLimitPolicy = "RateLimit-Policy";
    public const string AcceptPatch = "Accept-Patch";
    public const string SetCookie = "Set-Cookie";
    public const string DeviceToken = KnownDevice.Header;
    public const string Nonce = DPoPCheck.NonceHeader;
    public const string Disposition = "Content-Disposition";

    public static readonly IReadOnlyDictionary<string, string> Descriptions = new Dictionary<string, string>
    {
        [ETag] = "The version of the account, for If-Match and If-None-Match.",
        [Location] = "The address of the account.",
        [Link] = "The next page: `<...>; rel=\"next\"` (RFC 8288). Missing on the last one.",
        [Replayed] = "`true` when the request was carried out before and nothing happened now.",
        [RetryAfter] = "How many seconds to wait.",
        [Challenge] = "What is wrong with the access token (RFC 6750 section 3).",
        [RateLimit] = "What is left of the caller's budget, and the seconds until it is full again: `\"hour\";r=993;t=1800`.",
        [RateLimitPolicy] = "The caller's budget: `\"hour\";q=1000;w=3600`.",
        [AcceptPatch] = "The media types of a patch (RFC 5789 section 2.2).",
        [SetCookie] = "The refresh cookie, in cookie mode, and the cookie of a known device.",
        [DeviceToken] = "To be kept, and sent with the next login of the account.",
        [Nonce] = "For the next DPoP proof (RFC 9449 section 8.2), where the server asks for nonces.",
        [Disposition] = "The name of the file.",
    };
}
