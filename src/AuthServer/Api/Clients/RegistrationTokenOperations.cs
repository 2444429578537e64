using AuthServer.Api.OpenApi;
using AuthServer.Clients.Scopes;
using AuthServer.Configuration;

namespace AuthServer.Api.Clients;

/// <summary>The operations of <see cref="RegistrationTokens"/>, as the OpenAPI document describes them.</summary>
internal static class RegistrationTokenOperations
{
    private const string Tag = "Clients";
    private const string ForAdmins = "For admins and service accounts. ";
    private const string Proof = "An admin must have signed in less than five minutes ago, with the second factor if they have one.";

    public static readonly IReadOnlyList<ApiOperation> All =
    [
        new(HttpMethod.Get, ApiPaths.RegistrationTokens, "listRegistrationTokens", Tag, "List the initial access tokens that are valid")
        {
            Description = ForAdmins,
            Scopes = [ScopeNames.UsersRead],
            Responses = [new(StatusCodes.Status200OK, "The tokens, without their texts.", "RegistrationTokens")],
        },
        new(HttpMethod.Post, ApiPaths.RegistrationTokens, "createRegistrationToken", Tag, "Make an initial access token")
        {
            Description = ForAdmins + "With it a client registers itself (RFC 7591), where CLIENT_REGISTRATION is token or open. " + Proof,
            Scopes = [ScopeNames.UsersWrite],
            Body = "NewRegistrationToken",
            Responses = [new(StatusCodes.Status201Created, "The token, which is shown this once.", "RegistrationToken")],
            Problems = [StatusCodes.Status422UnprocessableEntity],
        },
        new(HttpMethod.Delete, ApiPaths.RegistrationTokens + "/{id}", "revokeRegistrationToken", Tag, "Revoke an initial access token")
        {
            Description = ForAdmins + "Clients that it has registered stay. " + Proof,
            Scopes = [ScopeNames.UsersWrite],
            Parameters = [new("id", ApiPlace.Path, "The id of a token.", Required: true)],
            Responses = [new(StatusCodes.Status204NoContent, "It registers nothing any more.")],
            Problems = [StatusCodes.Status404NotFound],
        },
    ];
}
