using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Data.Entities;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Clients.Directory;

/// <summary>How the columns of a client hold JSON, and how one row becomes a second entity.</summary>
internal static class ClientColumns
{
    private const string MetadataProperty = "metadata", RegistrationProperty = "registration";

    /// <summary>Stands in the column of every client that has registered itself.</summary>
    public const string RegistrationMark = "\"" + RegistrationProperty + "\":";

    public static ImmutableArray<string> ReadList(string? column)
    {
        if (string.IsNullOrEmpty(column)) return [];
        using var document = JsonDocument.Parse(column);
        var list = ImmutableArray.CreateBuilder<string>(document.RootElement.GetArrayLength());
        foreach (var value in document.RootElement.EnumerateArray())
        {
            list.Add(value.GetString() ?? throw new JsonException("null in a list of texts."));
        }

        return list.MoveToImmutable();
    }

    public static string? WriteList(IEnumerable<string> values)
    {
        var list = new JsonArray([.. values.Select(v => JsonValue.Create(v))]);
        return list.Count == 0 ? null : list.ToJsonString();
    }

    public static JsonElement ReadMetadata(string? properties)
    {
        if (!string.IsNullOrEmpty(properties))
        {
            using var document = JsonDocument.Parse(properties);
            if (document.RootElement.TryGetProperty(MetadataProperty, out var metadata) && metadata.ValueKind == JsonValueKind.Object)
            {
                return metadata.Clone();
            }
        }
        return JsonElement.Parse("{}");
    }

    public static string WriteMetadata(JsonObject metadata) => new JsonObject { [MetadataProperty] = metadata.DeepClone() }.ToJsonString();

    /// <summary>The same for a client that has registered itself.</summary>
    public static string WriteMetadata(JsonObject metadata, JsonObject registration) =>
        new JsonObject { [MetadataProperty] = metadata.DeepClone(), [RegistrationProperty] = registration.DeepClone() }.ToJsonString();

    /// <returns>Null for a client that an operator has registered.</returns>
    public static JsonElement? ReadRegistration(string? properties)
    {
        if (properties is null || !properties.Contains(RegistrationMark, StringComparison.Ordinal)) return null;
        using var document = JsonDocument.Parse(properties);
        return document.RootElement.TryGetProperty(RegistrationProperty, out var registration)
            && registration.ValueKind == JsonValueKind.Object ? registration.Clone() : null;
    }

    /// <summary>Whether the columns beside the metadata say only what <c>ClientRegistration</c> writes.</summary>
    public static bool IsPlain(Client row) =>
        // Settings are OpenIddict's own, such as lifetimes per client; nothing here writes them.
        row.Settings is null or "" or "{}"
        && row.ClientType is ClientTypes.Public or ClientTypes.Confidential
        && row.ConsentType is ConsentTypes.Implicit or ConsentTypes.Explicit
        && ReadList(row.Requirements).All(r => r == Requirements.Features.ProofKeyForCodeExchange)
        && HasOnlyMetadata(row.Properties);

    private static bool HasOnlyMetadata(string? properties)
    {
        if (string.IsNullOrEmpty(properties)) return true;
        using var document = JsonDocument.Parse(properties);
        return document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.EnumerateObject().All(
                p => p.Name is MetadataProperty or RegistrationProperty && p.Value.ValueKind == JsonValueKind.Object);
    }

    /// <summary>Makes an entity of the same row: one instance must never be tracked by two contexts.</summary>
    public static Client Copy(Client row)
    {
        var copy = new Client { Id = row.Id, ClientSecret = row.ClientSecret, ConcurrencyToken = row.ConcurrencyToken };
        CopyRegistration(row, copy);
        return copy;
    }

    /// <summary>Copies what a registration decides: everything but the id, the secret and the concurrency token.</summary>
    public static void CopyRegistration(Client from, Client to)
    {
        to.ClientId = from.ClientId;
        to.ApplicationType = from.ApplicationType;
        to.ClientType = from.ClientType;
        to.ConsentType = from.ConsentType;
        to.DisplayName = from.DisplayName;
        to.DisplayNames = from.DisplayNames;
        to.JsonWebKeySet = from.JsonWebKeySet;
        to.Permissions = from.Permissions;
        to.PostLogoutRedirectUris = from.PostLogoutRedirectUris;
        to.Properties = from.Properties;
        to.RedirectUris = from.RedirectUris;
        to.Requirements = from.Requirements;
        to.Settings = from.Settings;
    }
}
