using System.Buffers;

namespace AuthServer.Protocol.Plain;

/// <summary>
/// Looks at a small body and leaves it unread, so that OpenIddict can still read it; Kestrel drops a body that is not read.
/// </summary>
internal static class PlainBody
{
    /// <param name="longest">In bytes.</param>
    /// <returns>What the parser made of the whole body; null also for one that is longer, empty or of unknown length.</returns>
    public static async ValueTask<T?> PeekAsync<T>(HttpRequest request, int longest, Func<ReadOnlySequence<byte>, T?> parse)
        where T : class
    {
        if (request.ContentLength is not { } length || length <= 0 || length > longest) return null;
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(request.HttpContext.RequestAborted);
            if (read.Buffer.Length < length && !read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            try
            {
                return parse(read.Buffer);
            }
            finally
            {
                // Also when the parser fails: a read that stays open keeps Kestrel from draining the body.
                reader.AdvanceTo(read.Buffer.Start);
            }
        }
    }
}
