namespace AuthServer.UnitTests.Architecture;

/// <summary>The rooms of the server, their rows, and the rules between them. Each rule returns its violations in words.</summary>
public static class House
{
    /// <summary>A room may use the rows below its own. A constant leaves no trace in a compiled file, so "using" lines count too.</summary>
    public static readonly IReadOnlyDictionary<string, int> Rows = new Dictionary<string, int>
    {
        ["Program"] = 90,
        ["Commands"] = 80,
        ["Hosting"] = 70,
        ["Protocol"] = 60,
        ["Api"] = 60,
        ["Accounts"] = 60,
        ["Admin"] = 60,
        ["Seeding"] = 50,
        ["Backup"] = 50,
        ["Users"] = 40,
        // What the hosted pages of Accounts and of the protocol share: the posted form, the answers, the way on.
        ["Pages"] = 35,
        // The end of a session is told to the clients that are registered for it.
        ["Sessions"] = 31,
        ["Clients"] = 30,
        ["RateLimits"] = 30,
        ["Email"] = 30,
        // The pages' own project: a leaf for row 3 and up.
        ["Ui"] = 25,
        ["Keys"] = 20,
        // How the JSON API reads and refuses: the token endpoint and the API share it.
        ["JsonApi"] = 20,
        // Below the keys: a rotation is audited in its own transaction.
        ["Audit"] = 15,
        ["Data"] = 10,
        ["Telemetry"] = 10,
        // How this server asks addresses that others have named.
        ["Outbound"] = 10,
        // What a check of `doctor` is and how they are run. The checks are in the rooms that know the thing.
        ["Doctor"] = 5,
        // Options and their reader: a floor that every room stands on.
        ["Configuration"] = 0,
    };

    /// <summary>Rooms where the file at the root imports its sub-folders, never the reverse.</summary>
    public static readonly IReadOnlySet<string> Wings = new HashSet<string> { "Protocol", "Api", "Accounts", "Admin" };

    private static readonly string[] ForbiddenRooms =
    [
        "Common", "Shared", "Utils", "Utilities", "Helpers", "Managers", "Services", "Extensions", "Core", "Misc", "Infrastructure",
        "Models", "Interfaces", "Abstractions", "Repositories", "Base",
    ];

    private static readonly string[] ForbiddenSuffixes =
        ["Manager", "Helper", "Helpers", "Util", "Utils", "Service", "Processor", "Wrapper", "Impl", "Info"];

    /// <summary>Null for a type that is not the server's, such as one that a source generator of the framework added.</summary>
    public static string? RoomOf(CodeType type) => type.Namespace switch
    {
        "" => type.Name == "Program" ? "Program" : null,
        "AuthServer" => "Program",
        _ when type.Namespace.StartsWith("AuthServer.", StringComparison.Ordinal) => type.Namespace.Split('.')[1],
        _ => null,
    };

    public static IEnumerable<string> UnknownRooms(IEnumerable<string> rooms) =>
        rooms.Where(room => !Rows.ContainsKey(room)).Select(room => $"{room} is not a room of ARCHITECTURE section 2");

    public static IEnumerable<string> BrokenArrows(IEnumerable<TypeUse> uses) =>
        from use in uses
        let @from = RoomOf(use.From)
        let to = RoomOf(use.To)
        where @from is not null && to is not null && @from != to
        where Rows.TryGetValue(@from, out var row) && Rows.TryGetValue(to, out var used) && used >= row
        select $"{use.From} uses {use.To}: {@from} may not use {to}";

    /// <summary>
    /// Cycles between the sub-folders of each room; the room's root file is left to <see cref="SubfoldersThatUseTheirRoot"/>.
    /// </summary>
    public static IEnumerable<string> CyclesBetweenSubfolders(IEnumerable<TypeUse> uses)
    {
        var edges = uses.Where(u => RoomOf(u.From) is { } room && room == RoomOf(u.To))
            .Select(u => (From: Subfolder(u.From), To: Subfolder(u.To)))
            .Where(e => e.From is not null && e.To is not null && e.From != e.To)
            .Select(e => (e.From!, e.To!));
        return Cycles(edges);
    }

    public static IEnumerable<string> CyclesBetweenRooms(IEnumerable<TypeUse> uses) => Cycles(uses
        .Select(u => (From: RoomOf(u.From), To: RoomOf(u.To)))
        .Where(e => e.From is not null && e.To is not null && e.From != e.To)
        .Select(e => (e.From!, e.To!)));

    /// <summary>A file at the root of a wing may serve its sub-folders, or gather them, but not both.</summary>
    public static IEnumerable<string> SubfoldersThatUseTheirRoot(IEnumerable<TypeUse> uses)
    {
        var within = uses.Where(u => RoomOf(u.From) is { } room && Wings.Contains(room) && room == RoomOf(u.To)).ToList();
        var gathering = within.Where(u => Subfolder(u.From) is null && Subfolder(u.To) is not null).Select(u => u.From).ToHashSet();
        // A root file that uses a gathering one gathers through it.
        while (within.FirstOrDefault(u => Subfolder(u.From) is null && gathering.Contains(u.To)
            && !gathering.Contains(u.From)) is { From.Name: not null } next)
            gathering.Add(next.From);
        return from use in within
               where Subfolder(use.From) is not null && gathering.Contains(use.To)
               select $"{use.From} uses {use.To}: the root of a wing imports its sub-folders, never the reverse";
    }

    public static IEnumerable<string> ForbiddenRoomNames(IEnumerable<string> folders) =>
        folders.Where(folder => ForbiddenRooms.Contains(Path.GetFileName(folder), StringComparer.OrdinalIgnoreCase))
            .Select(folder => $"{folder}: a room is named after what it is about");

    /// <param name="allowed">Type name to the reason why it may have such a suffix.</param>
    public static IEnumerable<string> ForbiddenTypeNames(IEnumerable<CodeType> types, IReadOnlyDictionary<string, string> allowed) =>
        from type in types
        let name = type.Name.Split('`')[0]
        let suffix = ForbiddenSuffixes.FirstOrDefault(s => name.EndsWith(s, StringComparison.Ordinal))
        where suffix is not null && !allowed.ContainsKey(type.ToString())
        select $"{type} ends in {suffix}";

    /// <summary>Walks depth first; a node met again on its own path closes a cycle.</summary>
    private static List<string> Cycles(IEnumerable<(string From, string To)> edges)
    {
        var next = edges.Distinct().ToLookup(e => e.From, e => e.To);
        var done = new HashSet<string>();
        var found = new List<string>();
        foreach (var start in next.Select(group => group.Key).Order(StringComparer.Ordinal)) Visit(start, []);
        return found;

        void Visit(string node, List<string> path)
        {
            if (path.IndexOf(node) is var at and >= 0)
            {
                found.Add("a cycle: " + string.Join(" -> ", path.Skip(at).Append(node)));
                return;
            }

            if (!done.Contains(node))
            {
                path.Add(node);
                foreach (var to in next[node]) Visit(to, path);
                path.RemoveAt(path.Count - 1);
                done.Add(node);
            }
        }
    }

    private static string? Subfolder(CodeType type)
    {
        var parts = type.Namespace.Split('.');
        return parts.Length > 2 ? parts[1] + "/" + parts[2] : null;
    }
}
