using System.Text.Json.Serialization.Metadata;

namespace AuthServer.JsonApi;

/// <summary>One object or array of a body while it is read: which members its type has, and which have come.</summary>
/// <param name="type">Null where any member is taken, such as below a member that is not known itself.</param>
internal sealed class JsonLevel(JsonTypeInfo? type, string path, JsonLevel? outer)
{
    private HashSet<string>? _seen;
    private JsonPropertyInfo? _current;
    private string? _name;

    public JsonLevel? Outer => outer;

    public bool Has(string name) => _seen?.Contains(name) == true;

    /// <summary>Takes note of a member, and says what is wrong with it; null when nothing is.</summary>
    public string? FaultOf(string name)
    {
        _name = name;
        _current = type?.Kind == JsonTypeInfoKind.Object ? type.Properties.FirstOrDefault(p => p.Name == name) : null;
        if (!(_seen ??= new(StringComparer.Ordinal)).Add(name)) return "stands twice.";
        return _current is null && type?.Kind == JsonTypeInfoKind.Object ? "is not a member of this request." : null;
    }

    public string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>The object or array that begins as the value of the last member, or as the next element.</summary>
    public JsonLevel Inner()
    {
        var next = type?.Kind == JsonTypeInfoKind.Enumerable ? type.ElementType : _current?.PropertyType;
        var known = next is not null && type!.Options.TryGetTypeInfo(next, out var info) ? info : null;
        return new(known, _name is null ? path : PathOf(_name), this);
    }
}
