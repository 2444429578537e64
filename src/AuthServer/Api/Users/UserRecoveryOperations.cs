using AuthServer.Api.OpenApi;
using AuthServer.Clients.Scopes;
using AuthServer.Configuration;

namespace AuthServer.Api.Users;

/// <summary>The operations by which an admin helps a person who does not get in, as the OpenAPI document describes them.</summary>
internal static class UserRecoveryOperations
{
    private const string Tag = "Users";
    private const string One = ApiPaths.Users + "/{id}";
    private const string StepUp = "An admin must have signed in less than five minutes ago, with the second factor if they have one.";

    private static readonly ApiParameter Id = new("id", ApiPlace.Path, "The id of an account, or `me`.", Required: true);

    public static readonly IReadOnlyList<ApiOperation> All =
    [
        new(HttpMethod.Delete, One + "/second-factors", "resetSecondFactors", Tag, "Take away the second factors of a person")
        {
            Description = "For admins, when a person has lost them: the authenticator app, the recovery codes and the remembered devices. "
                + "Sessions go on, and the person is told by mail. One's own are taken away at the pages, with a code. " + StepUp,
            Scopes = [ScopeNames.UsersWrite],
            Parameters = [Id],
            Responses = [new(StatusCodes.Status204NoContent, "The person has none any more.")],
            Problems = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        },
        new(HttpMethod.Delete, One + "/passkeys", "resetPasskeys", Tag, "Take away the passkeys of a person")
        {
            Description = "For admins, when a person has lost them. Sessions go on, and the person is told by mail. A person without a "
                + "password then needs a mail to choose one. " + StepUp,
            Scopes = [ScopeNames.UsersWrite],
            Parameters = [Id],
            Responses = [new(StatusCodes.Status204NoContent, "The person has none any more.")],
            Problems = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        },
        new(HttpMethod.Get, One + "/upstream", "listUserConnections", Tag, "List the sign-ins of other providers that lead into an account")
        {
            Description = "For admins and service accounts.",
            Scopes = [ScopeNames.UsersRead],
            Parameters = [Id],
            Responses = [new(StatusCodes.Status200OK, "The connected sign-ins.", "Connections")],
            Problems = [StatusCodes.Status404NotFound],
        },
        new(HttpMethod.Delete, One + "/upstream/{connection_id}", "disconnectUser", Tag, "Take a sign-in of another provider away")
        {
            Description = "For admins, when it is in wrong hands. Sessions go on, and the person is told by mail. Who has no other way in "
                + "then needs a mail to choose a password. One's own are disconnected at `/v1/account/upstream`. " + StepUp,
            Scopes = [ScopeNames.UsersWrite],
            Parameters = [Id, new("connection_id", ApiPlace.Path, "The id of a connected sign-in.", Required: true)],
            Responses = [new(StatusCodes.Status204NoContent, "It is not connected any more.")],
            Problems = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        },
        new(HttpMethod.Post, One + "/password-reset", "sendPasswordReset", Tag, "Send a person the mail to choose a new password")
        {
            Description = "For admins. The link of the mail works once, for 15 minutes; nothing changes before. 404 also where the server "
                + "sends no mail.",
            Scopes = [ScopeNames.UsersWrite],
            Parameters = [Id],
            Responses = [new(StatusCodes.Status202Accepted, "The mail is on its way.")],
            Problems = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        },
        new(HttpMethod.Delete, One + "/deletion", "keepUser", Tag, "Keep an account that its person wanted deleted")
        {
            Description = "For admins. The person is told by mail, and signs in again. One that an admin has disabled stays disabled.",
            Scopes = [ScopeNames.UsersWrite],
            Parameters = [Id],
            Responses = [new(StatusCodes.Status204NoContent, "The account stays.")],
            Problems = [StatusCodes.Status404NotFound],
        },
    ];
}
