using System.Text.Json.Serialization;
using AuthServer.Clients.Registration;
using AuthServer.JsonApi;

namespace AuthServer.Api.Clients;

/// <summary>The body of POST /v1/registration-tokens.</summary>
public sealed record NewRegistrationTokenBody
{
    public int? Uses { get; init; }

    public int? ExpiresInSeconds { get; init; }

    public string? Note { get; init; }
}

/// <summary>An initial access token in JSON.</summary>
/// <param name="Token">The token itself, in the answer that makes it alone.</param>
public sealed record RegistrationTokenDocument(
    Guid Id, int UsesLeft, DateTime CreatedAt, DateTime ExpiresAt, string? Note,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Token)
{
    internal static RegistrationTokenDocument Of(InitialToken token, string? text = null) =>
        new(token.Id, token.Left, token.CreatedAt, token.ExpiresAt, token.Note, text);
}

public sealed record RegistrationTokensDocument(IReadOnlyList<RegistrationTokenDocument> RegistrationTokens);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false, RespectNullableAnnotations = true, MaxDepth = JsonBody.MaxDepth)]
[JsonSerializable(typeof(NewRegistrationTokenBody))]
[JsonSerializable(typeof(RegistrationTokenDocument))]
[JsonSerializable(typeof(RegistrationTokensDocument))]
internal sealed partial class RegistrationTokenJson : JsonSerializerContext;
