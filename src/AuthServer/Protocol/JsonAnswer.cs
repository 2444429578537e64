using System.Buffers;
using System.Text.Json;

namespace AuthServer.Protocol;

/// <summary>Writes a JSON answer that no cache keeps.</summary>
internal static class JsonAnswer
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _body;

    public static async ValueTask WriteAsync<TState>(HttpContext http, int status, TState state, Action<Utf8JsonWriter, TState> write)
    {
        // Written whole before the first await: the buffer belongs to the thread.
        var body = _body ??= new ArrayBufferWriter<byte>(4096);
        body.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            write(json, state);
            json.WriteEndObject();
        }

        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = "application/json;charset=UTF-8";
        response.ContentLength = body.WrittenCount;
        response.Headers.CacheControl = "no-store";
        body.WrittenSpan.CopyTo(response.BodyWriter.GetSpan(body.WrittenCount));
        response.BodyWriter.Advance(body.WrittenCount);
        await response.BodyWriter.FlushAsync(http.RequestAborted);
    }
}
