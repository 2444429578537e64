using System.Collections.Immutable;
using AuthServer.Clients.Metadata;

namespace AuthServer.Seeding;

/// <summary>Reads one resource of a seed file.</summary>
internal static class SeedResourceReader
{
    public const string Identifier = "identifier";
    private const string DisplayName = "display_name";
    private const string Algorithm = "access_token_signed_response_alg";

    /// <summary>The members that have an effect.</summary>
    public static readonly ImmutableArray<string> Known = [Identifier, DisplayName, Algorithm];

    public static SeedResource? Read(SeedPart part)
    {
        var read = part.Members(out var problems);
        var identifier = read.Text(Identifier, ResourceIdentifiers.Longest);
        var displayName = read.Text(DisplayName, 200);
        var algorithm = read.Text(Algorithm, 50);
        part.Add(problems);
        if (SigningAlgorithms.Fault(algorithm) is { } unknown) part.Add(Algorithm, unknown);
        if (identifier is null) return part.Missing<SeedResource>(Identifier);
        if (ResourceIdentifiers.Fault(identifier) is { } fault) part.Add(Identifier, fault);
        return new(
            part.Path, new(identifier, displayName, algorithm), [.. part.Element.EnumerateObject().Select(m => m.Name)],
            part.ContentWithout());
    }
}
