using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Net.Http.Headers;

namespace AuthServer.JsonApi;

/// <summary>Reads the body of a JSON request strictly: what the type does not know, holds twice or has otherwise is refused by name.</summary>
/// <remarks>The type's context sets snake_case, <c>UnmappedMemberHandling = Disallow</c> and <c>AllowDuplicateProperties = false</c>.</remarks>
public static class JsonBody
{
    /// <summary>In bytes. The largest honest body is a profile with a password.</summary>
    public const int MaxSize = 16 * 1024;

    /// <summary>How deep objects and arrays may stand in each other.</summary>
    public const int MaxDepth = 8;

    /// <summary>Stands for the whole body where no member is at fault.</summary>
    public const string Whole = "body";

    /// <returns>The value, or what is wrong: 415 for another media type, 400 for everything else.</returns>
    public static async ValueTask<(T? Value, Problem? Problem)> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        var (bytes, problem) = await ReadBytesAsync(request, cancellationToken);
        return bytes is null ? (null, problem) : Parse(bytes, type);
    }

    /// <summary>The body as it was sent, for <see cref="Parse"/> and for what must know the very bytes.</summary>
    public static async ValueTask<(byte[]? Bytes, Problem? Problem)> ReadBytesAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!IsJson(request.ContentType))
        {
            return (null, new Problem(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", "Send the body as application/json in UTF-8."));
        }

        if (request.ContentLength > MaxSize) return (null, TooLarge());
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            if (read.Buffer.Length > MaxSize)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                return (null, TooLarge());
            }

            if (!read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            var bytes = read.Buffer.ToArray();
            reader.AdvanceTo(read.Buffer.End);
            return (bytes, null);
        }
    }

    public static (T? Value, Problem? Problem) Parse<T>(ReadOnlySpan<byte> body, JsonTypeInfo<T> type)
        where T : class
    {
        if (body.IsEmpty) return (null, Problem.BadRequest(Whole, "is empty; send a JSON object."));
        try
        {
            if (MemberWithNul(body) is { } member) return (null, Problem.BadRequest(member, "contains the character U+0000."));
            var value = JsonSerializer.Deserialize(body, type);
            return value is null ? (null, Problem.BadRequest(Whole, "must be a JSON object.")) : (value, null);
        }
        catch (JsonException exception)
        {
            return (null, Explain(exception, body));
        }
    }

    private static Problem TooLarge() => Problem.BadRequest(Whole, $"is larger than {MaxSize} bytes.");

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    // PostgreSQL keeps no U+0000 in a text. Names and values are looked at with their escapes undone.
    private static string? MemberWithNul(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
        var member = Whole;
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.PropertyName or JsonTokenType.String)) continue;
            if (TextOf(reader) is not { } text) throw new JsonException("A text is not well-formed Unicode.", member == Whole ? "$" : "$." + member, null, null);
            if (text.Contains('\0', StringComparison.Ordinal)) return reader.TokenType == JsonTokenType.PropertyName ? Whole : member;
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1) member = text;
        }

        return null;
    }

    private static string? TextOf(Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, or bytes that are no UTF-8.
            return null;
        }
    }

    private static Problem Explain(JsonException exception, ReadOnlySpan<byte> body)
    {
        var path = exception.Path is { Length: > 2 } text && text.StartsWith("$.", StringComparison.Ordinal) ? text[2..] : null;
        if (path is null || !IsWellFormed(body)) return Problem.BadRequest(Whole, "is not well-formed JSON of one object, in UTF-8, without members that stand twice.");
        return exception.Message.Contains("could not be mapped", StringComparison.Ordinal)
            ? Problem.BadRequest(path, "is not a member of this request.")
            : exception.Message.Contains("uplicate", StringComparison.Ordinal)
                ? Problem.BadRequest(path, "stands twice.")
                : Problem.BadRequest(path, "has a value of the wrong type.");
    }

    private static bool IsWellFormed(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
            while (reader.Read()) { }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
