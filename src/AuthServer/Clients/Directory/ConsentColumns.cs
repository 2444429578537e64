using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AuthServer.Clients.Directory;

/// <summary>What a person has allowed an app, in a row of <c>authorizations</c>: scopes have a column, the rest is JSON.</summary>
/// <param name="Claims">Allowed one by one, beside those that the scopes include.</param>
/// <param name="Resources">The APIs that the scopes were allowed for.</param>
public sealed record AllowedThings(ImmutableArray<string> Scopes, ImmutableArray<string> Claims, ImmutableArray<string> Resources)
{
    /// <summary>UTC; null: when the person takes it back.</summary>
    public DateTime? Ends { get; init; }

    /// <summary>Where the person has seen the app return to (<see cref="Metadata.RedirectUris.PlaceOf"/>).</summary>
    public ImmutableArray<string> Places { get; init; } = [];
}

/// <summary>Reads and writes the columns of a consent.</summary>
public static class ConsentColumns
{
    // The members of the column properties.
    private const string ClaimsMember = "claims";
    private const string ResourcesMember = "resources";
    private const string EndsMember = "ends";
    private const string PlacesMember = "places";

    public static AllowedThings Read(string? scopes, string? properties)
    {
        if (string.IsNullOrEmpty(properties)) return new(ClientColumns.ReadList(scopes), [], []);
        using var json = JsonDocument.Parse(properties);
        return new(ClientColumns.ReadList(scopes), List(json.RootElement, ClaimsMember), List(json.RootElement, ResourcesMember))
        {
            Ends = json.RootElement.TryGetProperty(EndsMember, out var ends)
                ? DateTime.Parse(ends.GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind)
                : null,
            Places = List(json.RootElement, PlacesMember),
        };
    }

    public static string Properties(IEnumerable<string> claims, IEnumerable<string> resources, DateTime? ends, IEnumerable<string> places)
    {
        var json = new JsonObject
        {
            [ClaimsMember] = ListOf(claims), [ResourcesMember] = ListOf(resources), [PlacesMember] = ListOf(places),
        };
        if (ends is { } end) json[EndsMember] = end.ToString("O", CultureInfo.InvariantCulture);
        return json.ToJsonString();
    }

    private static ImmutableArray<string> List(JsonElement json, string member) =>
        json.TryGetProperty(member, out var list) ? [.. list.EnumerateArray().Select(value => value.GetString()!)] : [];

    private static JsonArray ListOf(IEnumerable<string> values) => [.. values.Select(value => (JsonNode?)value)];
}
