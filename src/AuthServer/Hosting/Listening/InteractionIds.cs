using AuthServer.Configuration;
using Microsoft.AspNetCore.Http.Features;

namespace AuthServer.Hosting.Listening;

/// <summary>
/// Answers of userinfo and of the API have the <c>x-fapi-interaction-id</c> of the request, or a new one (FAPI 1.0 Part 1 section 6.2.1,
/// numbers 11 and 12), so that both sides can find one call in their logs.
/// </summary>
public static class InteractionIds
{
    public const string Header = "x-fapi-interaction-id";

    private const int Length = 36;

    public static void UseInteractionIds(this IApplicationBuilder app)
    {
        // One delegate for all requests.
        Func<object, Task> set = static http =>
        {
            Set((HttpContext)http);
            return Task.CompletedTask;
        };
        app.Use((http, next) =>
        {
            // When the answer starts: the exception handler clears what was set before.
            if (IsOfResource(http.Request.Path)) http.Response.OnStarting(set, http);
            return next(http);
        });
    }

    // Tokens are given at /v1/auth, and used elsewhere.
    private static bool IsOfResource(PathString path) => path.Equals(ProtocolPaths.UserInfo, StringComparison.Ordinal)
        || (path.StartsWithSegments(ApiPaths.Root) && !path.StartsWithSegments(ApiPaths.Auth));

    private static void Set(HttpContext http)
    {
        // Nothing but a UUID comes back: any other text would be the caller's own in a header and a trace.
        var id = http.Request.Headers[Header] is [{ Length: Length } asked] && IsId(asked) ? asked : Guid.CreateVersion7().ToString();
        http.Response.Headers[Header] = id;
        if (http.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } span)
        {
            span.SetTag("fapi.interaction_id", id);
        }
    }

    // Of its many forms the one that RFC 9562 section 4 writes: TryParseExact takes a sign in a part too.
    private static bool IsId(string text) =>
        text.All(c => char.IsAsciiHexDigit(c) || c == '-') && Guid.TryParseExact(text, "D", out _);
}
