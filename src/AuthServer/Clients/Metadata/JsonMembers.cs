using System.Collections.Immutable;
using System.Text.Json;
using AuthServer.Configuration;

namespace AuthServer.Clients.Metadata;

/// <summary>Reads members of a JSON object by type; a member of another type is a problem and counts as absent.</summary>
internal sealed class JsonMembers(JsonElement json, ICollection<MetadataProblem> problems)
{
    private const int LongestUri = 2048;

    public string? Text(string member, int longest)
    {
        if (!json.TryGetProperty(member, out var value)) return null;
        if (value.ValueKind != JsonValueKind.String) return Refuse<string>(member, "must be a text");
        var text = value.GetString()!;
        if (text.Length == 0) return Refuse<string>(member, "must not be empty");
        if (text.Length > longest) return Refuse<string>(member, $"must not be longer than {longest} characters");
        return text.Any(char.IsControl) ? Refuse<string>(member, "must not contain control characters") : text;
    }

    public bool? Flag(string member)
    {
        if (!json.TryGetProperty(member, out var value)) return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        problems.Add(new(member, "must be true or false"));
        return null;
    }

    public TimeSpan? Seconds(string member, int most)
    {
        if (!json.TryGetProperty(member, out var value)) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var seconds) && seconds >= 0 && seconds <= most)
        {
            return TimeSpan.FromSeconds(seconds);
        }
        problems.Add(new(member, $"must be a whole number of seconds from 0 to {most}"));
        return null;
    }

    public ImmutableArray<string>? TextList(string member)
    {
        if (!json.TryGetProperty(member, out var value)) return null;
        if (value.ValueKind != JsonValueKind.Array)
        {
            problems.Add(new(member, "must be a list of texts"));
            return null;
        }
        var texts = ImmutableArray.CreateBuilder<string>();
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            var path = $"{member}[{index++}]";
            if (item.ValueKind != JsonValueKind.String || item.GetString() is not { Length: > 0 and <= LongestUri } text)
            {
                problems.Add(new(path, $"must be a text of 1 to {LongestUri} characters"));
            }
            else if (texts.Contains(text, StringComparer.Ordinal)) problems.Add(new(path, $"stands twice: {text}"));
            else texts.Add(text);
        }
        return texts.ToImmutable();
    }

    /// <summary>An address that a page may link to: never a scheme that runs in the page.</summary>
    public string? WebAddress(string member)
    {
        if (Text(member, LongestUri) is not { } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || LoopbackAddress.Is(text)))
        {
            return text;
        }
        return Refuse<string>(member, "must be an https address (http only on loopback)");
    }

    /// <summary>The address of what a page of ours loads, which it does over https alone.</summary>
    public string? HttpsAddress(string member)
    {
        if (Text(member, LongestUri) is not { } text) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps
            ? uri.AbsoluteUri
            : Refuse<string>(member, "must be an https address");
    }

    public JsonElement? Object(string member)
    {
        if (!json.TryGetProperty(member, out var value)) return null;
        if (value.ValueKind == JsonValueKind.Object) return value.Clone();
        problems.Add(new(member, "must be an object"));
        return null;
    }

    /// <summary>Refuses a member that is wrong beside others.</summary>
    public void Refuse(string member, string message) => problems.Add(new(member, message));

    private T? Refuse<T>(string member, string message)
        where T : class
    {
        problems.Add(new(member, message));
        return null;
    }
}
