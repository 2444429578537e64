using Microsoft.AspNetCore.Http.Features;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>
/// Whether a request of the JSON API has a body at all; refresh and logout need none when a cookie or a header says enough.
/// </summary>
internal static class BodyPresence
{
    public static bool IsMissing(HttpRequest request) =>
        request.ContentLength is 0 || request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == false;
}
