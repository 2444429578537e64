using System.Collections.Immutable;
using System.Text.Json;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.Profiles;
using AuthServer.Clients.Registration;
using AuthServer.Clients.Scopes;
using AuthServer.Clients.Secrets;
using AuthServer.Users.EmailAddresses;
using AuthServer.Users.Passwords;

namespace AuthServer.Seeding;

/// <summary>
/// Reads a seed file strictly: unknown members, wrong types, duplicates and broken rules are all reported, each with its line.
/// </summary>
public sealed class SeedFileReader(PasswordPolicy policy, SecurityProfileOptions profiles)
{
    /// <summary>Enough for some ten thousand users; a larger file is a mistake.</summary>
    internal const int MostBytes = 16 * 1024 * 1024;

    private static readonly string[] TopMembers = ["resources", "scopes", "clients", "users"];

    /// <param name="wasAccepted">Whether this e-mail address had this password in a file before: then it is not judged again.</param>
    /// <returns>The file, or null and why it is refused.</returns>
    public (SeedFile? File, ImmutableArray<SeedProblem> Problems) Read(
        ReadOnlyMemory<byte> json, Func<string, string, bool>? wasAccepted = null)
    {
        if (json.Length > MostBytes) return (null, [new(1, $"the file is larger than {MostBytes / 1024 / 1024} MiB")]);
        if (json.Span.StartsWith("\uFEFF"u8)) json = json[3..];
        var lines = JsonLines.Read(json.Span);
        if (lines.Problems.Count > 0) return (null, [.. lines.Problems]);

        using var document = JsonDocument.Parse(json);
        var part = new SeedPart(document.RootElement, "", lines, []);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            return (null, [new(part.Line, "must be an object with resources, scopes, clients and users")]);
        }
        part.RefuseUnknown(TopMembers);
        var removals = ImmutableArray.CreateBuilder<SeedRemoval>();
        var file = new SeedFile(
            Each(part, "scopes", ReadScope, s => s.ScopeName, SeedKind.Scope, removals),
            Each(part, "clients", c => ReadClient(c, profiles.Default, needsSecret: true), c => c.ClientId, SeedKind.Client, removals),
            Each(part, "users", u => SeedUserReader.Read(u, policy, wasAccepted), u => EmailKey.Of(u.Email), SeedKind.User, removals))
        {
            Resources = Each(
                part, "resources", SeedResourceReader.Read, r => r.Resource.Identifier, SeedKind.Resource, removals),
            Removals = removals.ToImmutable(),
        };
        return part.Problems.Count > 0 ? (null, [.. part.Problems.OrderBy(p => p.Line)]) : (file, []);
    }

    /// <summary>Reads one client in the form of a seed file; it may lack a secret, which is then made for it.</summary>
    /// <param name="profile">The server's setting, for clients that name none.</param>
    internal static (SeedClient? Client, ImmutableArray<SeedProblem> Problems) ReadClient(
        ReadOnlyMemory<byte> json, SecurityProfile profile) =>
        ReadOne(json, "client", part => ReadClient(part, profile, needsSecret: false));

    /// <summary>Reads one resource in the form of a seed file.</summary>
    internal static (SeedResource? Resource, ImmutableArray<SeedProblem> Problems) ReadResource(ReadOnlyMemory<byte> json) =>
        ReadOne(json, "resource", SeedResourceReader.Read);

    private static (T? Entry, ImmutableArray<SeedProblem> Problems) ReadOne<T>(
        ReadOnlyMemory<byte> json, string kind, Func<SeedPart, T?> read)
        where T : class
    {
        if (json.Span.StartsWith("\uFEFF"u8)) json = json[3..];
        var lines = JsonLines.Read(json.Span);
        if (lines.Problems.Count > 0) return (null, [.. lines.Problems]);
        using var document = JsonDocument.Parse(json);
        var part = new SeedPart(document.RootElement, "", lines, []);
        if (document.RootElement.ValueKind != JsonValueKind.Object) return (null, [new(part.Line, $"must be an object, one {kind}")]);
        var entry = read(part);
        if (document.RootElement.TryGetProperty(SeedPart.Absent, out _)) part.Add(SeedPart.Absent, "is for seed files");
        return part.Problems.Count > 0 ? (null, [.. part.Problems.OrderBy(p => p.Line)]) : (entry, []);
    }

    /// <summary>
    /// Members of resources and clients that have no effect, each with its line; the file has been read without a problem.
    /// </summary>
    public static ImmutableArray<SeedProblem> Doubts(ReadOnlyMemory<byte> json, SeedFile file)
    {
        var doubts = file.Resources.SelectMany(
                r => r.Members.Select(m => (Path: At(r.Path, m), Words: KnownMembers.Doubt(m, SeedResourceReader.Known))))
            .Concat(file.Clients.SelectMany(
                c => c.Metadata.Json.Select(m => (Path: At(c.Path, m.Key), Words: KnownMembers.DoubtOfClient(m.Key)))))
            .Where(d => d.Words is not null).ToList();
        if (doubts.Count == 0) return [];
        var lines = JsonLines.Read(json.Span);
        return [.. doubts.Select(d => new SeedProblem(lines.LineOf(d.Path), $"{d.Path} {d.Words}")).OrderBy(p => p.Line)];
    }

    private static string At(string path, string member) => path.Length == 0 ? member : $"{path}.{member}";

    private static ImmutableArray<T> Each<T>(
        SeedPart root, string member, Func<SeedPart, T?> read, Func<T, string> key, SeedKind kind,
        ImmutableArray<SeedRemoval>.Builder removals)
        where T : class
    {
        var found = ImmutableArray.CreateBuilder<T>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in root.Objects(member))
        {
            var (item, removal) = part.IsAbsent() ? ((T?)null, ReadRemoval(part, kind)) : (read(part), null);
            var name = item is not null ? key(item) : removal is { Kind: SeedKind.User } ? EmailKey.Of(removal.Named) : removal?.Named;
            if (name is not null && !keys.Add(name)) part.Add($"stands twice in {member}: {name}");
            if (item is not null) found.Add(item);
            if (removal is not null) removals.Add(removal);
        }
        return found.ToImmutable();
    }

    private static SeedRemoval? ReadRemoval(SeedPart part, SeedKind kind)
    {
        var member = kind switch
        {
            SeedKind.Resource => SeedResourceReader.Identifier,
            SeedKind.Scope => "name",
            SeedKind.Client => "client_id",
            _ => "email",
        };
        var name = part.Members(out var problems).Text(member, EmailAddress.MaxLength);
        part.Add(problems);
        if (name is null) return part.Missing<SeedRemoval>(member);
        var isBuiltIn = kind == SeedKind.Scope ? BuiltIns.IsFixedScope(name) : name == BuiltIns.FirstPartyClientId;
        if (isBuiltIn) part.Add(member, $"{name} is built in and cannot be deleted");
        return new(part.Path, kind, name);
    }

    private static SeedScope? ReadScope(SeedPart part)
    {
        part.RefuseUnknown("name", "description", "resources");
        var read = part.Members(out var problems);
        var name = read.Text("name", 200);
        var description = read.Text("description", 500);
        var resources = read.TextList("resources") ?? [];
        part.Add(problems);
        if (name is null) return part.Missing<SeedScope>("name");
        if (!ScopeNames.IsValid(name)) part.Add("name", $"is not a scope name (RFC 6749 section 3.3): {name}");
        if (BuiltIns.IsFixedScope(name)) part.Add("name", $"{name} is built in and cannot be redefined");
        for (var i = 0; i < resources.Length; i++)
        {
            if (ResourceIdentifiers.Fault(resources[i]) is { } fault) part.Add($"resources[{i}]", fault);
        }
        return new(part.Path, name, description, resources, part.ContentWithout());
    }

    private static SeedClient? ReadClient(SeedPart part, SecurityProfile profile, bool needsSecret)
    {
        var read = part.Members(out var problems);
        var clientId = read.Text("client_id", ClientRegistration.LongestClientId);
        var secret = read.Text("client_secret", ClientSecretRules.MaximumLength);
        var metadata = ProfileRules.Read(part.Element, profile, problems);
        part.Add(problems);
        if (clientId is null) return part.Missing<SeedClient>("client_id");
        if (!ClientRegistration.IsValidClientId(clientId))
        {
            part.Add("client_id", $"must be 1 to {ClientRegistration.LongestClientId} visible ASCII characters");
        }
        if (clientId == BuiltIns.FirstPartyClientId) part.Add("client_id", $"{clientId} is built in and cannot be redefined");
        if (secret is null && needsSecret && ClientAuthMethods.UsesSecret(metadata.TokenEndpointAuthMethod))
        {
            part.Add("token_endpoint_auth_method",
                $"{metadata.TokenEndpointAuthMethod} (the default) needs client_secret; "
                    + "a client without a secret says \"token_endpoint_auth_method\": \"none\"");
        }
        if (secret is not null && ClientSecretRules.Fault(secret) is { } fault) part.Add("client_secret", fault);
        return new(part.Path, clientId, secret, metadata, part.ContentWithout("client_secret"));
    }
}
