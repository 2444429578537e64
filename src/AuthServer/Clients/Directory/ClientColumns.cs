using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Data.Entities;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Clients.Directory;

/// <summary>How the columns of a client hold JSON, and how one row becomes a second entity.</summary>
internal static class ClientColumns
{
    private const string MetadataProperty = "metadata", RegistrationProperty = "registration", DocumentProperty = "document";

    /// <summary>Stands in the column of every client that has registered itself.</summary>
    public const string RegistrationMark = "\"" + RegistrationProperty + "\":";

    /// <summary>Stands in the column of every client that a document of its publisher describes.</summary>
    public const string DocumentMark = "\"" + DocumentProperty + "\":";

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

    /// <summary>The same for a client that a document of its publisher describes.</summary>
    public static string WriteDocument(JsonObject metadata, DocumentState document) => new JsonObject
    {
        [MetadataProperty] = metadata.DeepClone(), [DocumentProperty] = document.Write(),
    }.ToJsonString();

    /// <returns>Null for a client that has not registered itself.</returns>
    public static JsonElement? ReadRegistration(string? properties) => ReadObject(properties, RegistrationProperty, RegistrationMark);

    /// <returns>Null for a client that no document describes.</returns>
    public static DocumentState? ReadDocument(string? properties) =>
        ReadObject(properties, DocumentProperty, DocumentMark) is { } json ? DocumentState.Read(json) : null;

    private static JsonElement? ReadObject(string? properties, string name, string mark)
    {
        if (properties is null || !properties.Contains(mark, StringComparison.Ordinal)) return null;
        using var document = JsonDocument.Parse(properties);
        return document.RootElement.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.Object ? found.Clone() : null;
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

    /// <summary>Whether two rows have the same in the columns that metadata fills, <c>properties</c> aside.</summary>
    public static bool AreSame(Client a, Client b) =>
        (a.DisplayName, a.ApplicationType, a.ClientType, a.ConsentType, a.RedirectUris, a.PostLogoutRedirectUris) ==
        (b.DisplayName, b.ApplicationType, b.ClientType, b.ConsentType, b.RedirectUris, b.PostLogoutRedirectUris) &&
        (a.Permissions, a.Requirements, a.JsonWebKeySet) == (b.Permissions, b.Requirements, b.JsonWebKeySet);

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
