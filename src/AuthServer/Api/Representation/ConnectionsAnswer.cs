using System.Text.Json.Serialization;
using AuthServer.JsonApi;
using AuthServer.Users.Providers;
using AuthServer.Users.Upstream;

namespace AuthServer.Api.Representation;

/// <summary>A sign-in of another provider in JSON.</summary>
/// <param name="Provider">Its name in UPSTREAM_PROVIDERS; null while it is not configured.</param>
/// <param name="Label">What the person knows it by.</param>
public sealed record ConnectionDocument(string Id, string? Provider, string Issuer, string? Label, DateTime? ConnectedAt);

/// <summary>The connected sign-ins of a person in JSON.</summary>
public sealed record ConnectionsDocument(IReadOnlyList<ConnectionDocument> Upstream);

/// <summary>The connected sign-ins of a person as an answer.</summary>
internal static class ConnectionsAnswer
{
    public static async Task<IResult> ListAsync(HttpContext http, UpstreamLinks links, UpstreamProviders providers, Guid userId)
    {
        var found = await links.ListAsync(userId, http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(
            new([.. found.Select(link => new ConnectionDocument(
                link.Id, providers.OfIssuer(link.Issuer)?.Name, link.Issuer, link.Label, link.At))]),
            ConnectionJson.Default.ConnectionsDocument);
    }

    public static Problem NotFound() => Problem.NotFound("There is no such connected sign-in.");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConnectionsDocument))]
internal sealed partial class ConnectionJson : JsonSerializerContext;
