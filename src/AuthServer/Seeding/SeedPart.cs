using System.Text.Json;
using AuthServer.Clients.Metadata;

namespace AuthServer.Seeding;

/// <summary>One object of a seed file with its place, so that every problem finds its line.</summary>
internal sealed class SeedPart(JsonElement element, string path, JsonLines lines, List<SeedProblem> problems)
{
    public const string Absent = "absent";

    public JsonElement Element => element;

    public string Path => path;

    public int Line => lines.LineOf(path);

    public List<SeedProblem> Problems => problems;

    public void Add(string message) => problems.Add(new(Line, path.Length == 0 ? message : $"{path} {message}"));

    public void Add(string member, string message)
    {
        var full = path.Length == 0 ? member : $"{path}.{member}";
        problems.Add(new(lines.LineOf(full), $"{full} {message}"));
    }

    public void Add(IEnumerable<MetadataProblem> found)
    {
        foreach (var problem in found) Add(problem.Path, problem.Message);
    }

    /// <summary>Whether what the entry names is to be deleted; its other members then mean nothing.</summary>
    public bool IsAbsent()
    {
        if (!element.TryGetProperty(Absent, out var value)) return false;
        if (value.ValueKind != JsonValueKind.True) Add(Absent, "must be true; leave it out of an entry that is to exist");
        return true;
    }

    /// <summary>The members but these, in one order and spacing.</summary>
    public string ContentWithout(params string[] secrets) => string.Join('\n', element.EnumerateObject()
        .Where(m => !secrets.Contains(m.Name)).OrderBy(m => m.Name, StringComparer.Ordinal)
            .Select(m => m.Name + "=" + JsonSerializer.Serialize(m.Value)));

    public T? Missing<T>(string member)
        where T : class
    {
        // A member of a wrong type has been reported already.
        if (!element.TryGetProperty(member, out _)) Add($"lacks {member}");
        return null;
    }

    public void RefuseUnknown(params string[] known)
    {
        foreach (var member in element.EnumerateObject().Where(m => !known.Contains(m.Name)))
        {
            Add(member.Name, $"is not known here; known are {string.Join(", ", known)}");
        }
    }

    public JsonMembers Members(out List<MetadataProblem> found) => new(element, found = []);

    public IEnumerable<SeedPart> Objects(string member)
    {
        if (!element.TryGetProperty(member, out var list)) yield break;
        if (list.ValueKind != JsonValueKind.Array)
        {
            Add(member, "must be a list");
            yield break;
        }
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            var part = new SeedPart(item, $"{member}[{index++}]", lines, problems);
            if (item.ValueKind == JsonValueKind.Object) yield return part;
            else part.Add("must be an object");
        }
    }
}
