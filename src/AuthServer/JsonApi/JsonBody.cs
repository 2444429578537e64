using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Net.Http.Headers;

namespace AuthServer.JsonApi;

/// <summary>
/// Reads the body of a JSON request strictly: what the type does not know, holds twice or has otherwise is refused by name.
/// </summary>
/// <remarks>
/// The type's context sets snake_case, <c>UnmappedMemberHandling = Disallow</c>, <c>AllowDuplicateProperties = false</c>, and
/// <c>RespectNullableAnnotations</c>: a null in a member that the type says is there would be a failure further in.
/// </remarks>
public static class JsonBody
{
    /// <summary>In bytes. The largest honest body is a profile with a password.</summary>
    public const int MaxSize = 16 * 1024;

    /// <summary>How deep objects and arrays may stand in each other.</summary>
    public const int MaxDepth = 8;

    private const int LongestShown = 100;

    /// <summary>Stands for the whole body where no member is at fault.</summary>
    public const string Whole = "body";

    private static readonly string[] MediaTypes = ["application/json"];

    /// <summary>The media types of a merge patch (RFC 7396 section 4); Accept-Patch lists them (RFC 5789 section 2.2).</summary>
    public static readonly IReadOnlyList<string> PatchTypes = ["application/merge-patch+json", "application/json"];

    /// <returns>The value, or what is wrong: 415 for another media type, 400 for everything else.</returns>
    public static async ValueTask<(T? Value, Problem? Problem)> ReadAsync<T>(
        HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        var (bytes, problem) = await ReadBytesAsync(request, cancellationToken);
        return bytes is null ? (null, problem) : Parse(bytes, type);
    }

    /// <summary>The body as it was sent, for <see cref="Parse"/> and for what must know the very bytes.</summary>
    public static ValueTask<(byte[]? Bytes, Problem? Problem)> ReadBytesAsync(HttpRequest request, CancellationToken cancellationToken) =>
        Is(MediaTypes, request.ContentType) ? ReadAsync(request, cancellationToken) : new((null, OtherType("application/json")));

    /// <summary>The body of a merge patch, which <see cref="Parse"/> reads like any other; null in it removes a member.</summary>
    public static ValueTask<(byte[]? Bytes, Problem? Problem)> ReadPatchAsync(HttpRequest request, CancellationToken cancellationToken) =>
        Is(PatchTypes, request.ContentType)
            ? ReadAsync(request, cancellationToken)
            : new((null, OtherType(PatchTypes[0]) with { AcceptPatch = string.Join(", ", PatchTypes) }));

    /// <summary>Whether a body, which need not be well-formed, has a member of this name at its first level.</summary>
    public static bool HasMember(ReadOnlySpan<byte> body, string name)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            while (reader.Read())
            {
                if (reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 } && reader.ValueTextEquals(name)) return true;
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Parse says what is wrong.
        }

        return false;
    }

    /// <summary>The members that are null in a body which <see cref="Parse"/> has accepted.</summary>
    public static HashSet<string> NullMembers(byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        return [.. document.RootElement.EnumerateObject().Where(m => m.Value.ValueKind == JsonValueKind.Null).Select(m => m.Name)];
    }

    private static async ValueTask<(byte[]? Bytes, Problem? Problem)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {

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
            if (Inspect(body, type) is { } problem) return (null, problem);
        }
        catch (JsonException)
        {
            return (null, Problem.BadRequest(Whole, $"is not well-formed JSON in UTF-8, or is nested deeper than {MaxDepth} levels."));
        }

        try
        {
            return (JsonSerializer.Deserialize(body, type), null);
        }
        catch (JsonException exception)
        {
            return (null, WrongType(exception));
        }
    }

    private static Problem TooLarge() => Problem.BadRequest(Whole, $"is larger than {MaxSize} bytes.");

    private static Problem OtherType(string mediaType) =>
        new(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", $"Send the body as {mediaType} in UTF-8.");

    private static bool Is(IReadOnlyList<string> mediaTypes, string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && mediaTypes.Contains(type.MediaType.ToString(), StringComparer.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Every fault but a value of the wrong type, by the name of the member; the serializer tells these faults in prose alone.
    /// </summary>
    private static Problem? Inspect(ReadOnlySpan<byte> body, JsonTypeInfo type)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
        Problem? problem = null;
        JsonLevel? root = null, level = null;
        var member = Whole;
        // To the end in any case: a fault further on makes the whole body no JSON.
        while (reader.Read())
        {
            if (reader.CurrentDepth == 0 && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.EndObject))
            {
                problem ??= Problem.BadRequest(Whole, "must be a JSON object.");
            }

            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                level = level?.Inner() ?? new JsonLevel(type, "", null);
                root ??= level;
            }
            else if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray) level = level!.Outer;

            if (reader.TokenType is not (JsonTokenType.PropertyName or JsonTokenType.String)) continue;
            var text = TextOf(reader);
            var isName = reader.TokenType == JsonTokenType.PropertyName;
            if (isName && level == root) member = text is null ? Whole : Shown(text);
            if (text is null) problem ??= Problem.BadRequest(member, "is not well-formed Unicode.");
            // PostgreSQL keeps no U+0000 in a text.
            else if (text.Contains('\0', StringComparison.Ordinal))
            {
                problem ??= Problem.BadRequest(member, "contains the character U+0000.");
            }
            else if (isName && level?.FaultOf(text) is { } fault) problem ??= Problem.BadRequest(Shown(level.PathOf(text)), fault);
        }

        if (problem is not null) return problem;
        var missing = type.Properties.FirstOrDefault(p => p.IsRequired && root?.Has(p.Name) != true);
        return missing is null ? null : Problem.BadRequest(missing.Name, "is missing.");
    }

    // A name of the caller's goes back into the answer: not at any length, and without what does not show.
    private static string Shown(string name) => new([.. name.Take(LongestShown).Select(c => char.IsControl(c) ? '?' : c)]);

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

    // All else was found before: what is left is a value of the wrong type. The path starts at "$"; a member further in is named with its
    // parents.
    private static Problem WrongType(JsonException exception) => Problem.BadRequest(
        exception.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal)
            ? Shown(path[2..])
            : Whole, "has a value of the wrong type.");
}
