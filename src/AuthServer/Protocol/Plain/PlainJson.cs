using System.Buffers;
using System.Text.Json.Serialization.Metadata;
using AuthServer.JsonApi;
using AuthServer.Protocol.Token.FirstParty;

namespace AuthServer.Protocol.Plain;

/// <summary>A small JSON body in its plain form.</summary>
internal static class PlainJson
{
    private const int Longest = 2 * 1024;

    /// <returns>Null for a body that OpenIddict's handlers are to judge, which is left unread.</returns>
    public static ValueTask<T?> PeekAsync<T>(HttpRequest request, JsonTypeInfo<T> type)
        where T : class => request.ContentType is "application/json" or "application/json; charset=utf-8"
            ? PlainBody.PeekAsync(
                request, Longest, body => JsonBody.Parse(body.IsSingleSegment ? body.FirstSpan : body.ToArray(), type).Value)
            : default;

    /// <summary>The same for an endpoint that may be called without a body.</summary>
    /// <param name="none">What stands for no body.</param>
    public static ValueTask<T?> PeekOptionalAsync<T>(HttpRequest request, JsonTypeInfo<T> type, T none)
        where T : class => BodyPresence.IsMissing(request) ? new(none) : PeekAsync(request, type);
}
