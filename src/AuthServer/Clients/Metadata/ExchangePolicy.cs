using System.Collections.Immutable;
using System.Text.Json;

namespace AuthServer.Clients.Metadata;

/// <summary>Which tokens a client may exchange (RFC 8693), and for what; without one it may exchange none.</summary>
/// <param name="SubjectClients">The clients whose tokens it may exchange.</param>
/// <param name="Audiences">The resources for which it gets tokens.</param>
/// <param name="Scopes">What such a token may have beyond the scopes of the exchanged one, as far as the person has granted it.</param>
/// <param name="Impersonates">The new token does not tell who acts; otherwise it does (<c>act</c>, section 4.1).</param>
public sealed record ExchangePolicy(
    ImmutableArray<string> SubjectClients, ImmutableArray<string> Audiences, ImmutableArray<string> Scopes, bool Impersonates);

/// <summary>The member <c>token_exchange</c> of a client.</summary>
internal static class ExchangeMetadata
{
    public const string Member = "token_exchange";

    private const string ClientsMember = "subject_clients", AudiencesMember = "audiences", ScopesMember = "scopes", ModeMember = "mode";
    private const string Delegation = "delegation", Impersonation = "impersonation";

    private static readonly string[] Members = [ClientsMember, AudiencesMember, ScopesMember, ModeMember];

    public static ExchangePolicy? Read(JsonElement? json, ICollection<MetadataProblem> problems)
    {
        if (json is not { } policy) return null;
        var found = new List<MetadataProblem>();
        var read = new JsonMembers(policy, found);
        // A word that has no effect could be the one that was to narrow it.
        foreach (var member in policy.EnumerateObject().Where(m => !Members.Contains(m.Name)))
        {
            found.Add(new(member.Name, $"is none of {string.Join(", ", Members)}"));
        }

        var mode = read.Text(ModeMember, 20);
        if (mode is not (Delegation or Impersonation)) found.Add(new(ModeMember, $"must be {Delegation} or {Impersonation}"));
        var exchange = new ExchangePolicy(
            read.TextList(ClientsMember) ?? [], read.TextList(AudiencesMember) ?? [], read.TextList(ScopesMember) ?? [],
            Impersonates: mode == Impersonation);
        if (exchange.SubjectClients.IsEmpty) found.Add(new(ClientsMember, "must name the clients whose tokens may be exchanged"));
        if (exchange.Audiences.IsEmpty) found.Add(new(AudiencesMember, "must name the resources that tokens may be exchanged for"));
        for (var i = 0; i < exchange.Audiences.Length; i++)
        {
            if (ResourceIdentifiers.Fault(exchange.Audiences[i]) is { } fault) found.Add(new($"{AudiencesMember}[{i}]", fault));
        }

        foreach (var problem in found) problems.Add(problem with { Path = $"{Member}.{problem.Path}" });
        return found.Count == 0 ? exchange : null;
    }

    /// <summary>The rules that span members.</summary>
    public static void Check(ClientMetadata client, ICollection<MetadataProblem> problems)
    {
        var hasGrant = client.GrantTypes.Contains(GrantNames.TokenExchange);
        if (hasGrant && client.IsPublic)
        {
            problems.Add(new("grant_types", $"{GrantNames.TokenExchange} needs a client that authenticates"));
        }
        if (client.IsPublic && client.GrantTypes.Contains(GrantNames.JwtBearer))
        {
            problems.Add(new("grant_types", $"{GrantNames.JwtBearer} needs a client that authenticates"));
        }
        if (hasGrant && client.TokenExchange is null)
        {
            problems.Add(new(Member, $"is missing: {GrantNames.TokenExchange} exchanges nothing that it does not name"));
        }
        if (!hasGrant && client.TokenExchange is not null)
        {
            problems.Add(new(Member, $"needs {GrantNames.TokenExchange} in grant_types"));
        }
    }
}
