using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace AuthServer.Hosting.Limits;

/// <summary>Waits until the body of a request is here, and leaves it unread.</summary>
/// <remarks>
/// A caller who sends slowly costs a connection and nothing else. Counted among the requests that are being answered, a few dozen of them
/// would look like an overload and have everybody turned away.
/// </remarks>
internal static class BodyArrival
{
    // Every body of the protocol and the API is smaller; whoever takes or refuses a larger one may do so while it comes.
    private const int Most = 64 * 1024;

    /// <summary>Costs nothing where the body came with the head of the request, as those of most clients do.</summary>
    public static bool IsHere(HttpContext http)
    {
        if (http.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true }) return true;
        if (http.Request.ContentLength > Most) return true;
        // A server in memory has no pipe, and its bodies are there.
        if (http.Features.Get<IRequestBodyPipeFeature>() is null or RequestBodyPipeFeature) return true;
        var reader = http.Request.BodyReader;
        if (!reader.TryRead(out var read)) return false;
        var isWhole = IsWhole(http.Request, read);
        reader.AdvanceTo(read.Buffer.Start);
        return isWhole;
    }

    /// <exception cref="BadHttpRequestException">It comes too slowly, is too large, is no body, or its caller has gone.</exception>
    public static async Task WaitAsync(HttpContext http)
    {
        var reader = http.Request.BodyReader;
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(http.RequestAborted);
                if (IsWhole(http.Request, read))
                {
                    reader.AdvanceTo(read.Buffer.Start);
                    return;
                }

                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            throw new BadHttpRequestException("The body did not arrive.", exception);
        }
    }

    private static bool IsWhole(HttpRequest request, ReadResult read) =>
        read.IsCompleted || read.IsCanceled || read.Buffer.Length >= (request.ContentLength ?? Most);
}
