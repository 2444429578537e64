using AuthServer.Api.OpenApi;
using AuthServer.Clients.Scopes;
using AuthServer.Configuration;

namespace AuthServer.Api.Users;

/// <summary>The operations of <see cref="UserSessions"/>, as the OpenAPI document describes them.</summary>
internal static class UserSessionOperations
{
    private const string Tag = "Users";
    private const string Path = ApiPaths.Users + "/{id}/sessions";
    private const string ForAdmins = "For admins and service accounts. ";

    private static readonly ApiParameter Id = new("id", ApiPlace.Path, "The id of an account, or `me`.", Required: true);

    public static readonly IReadOnlyList<ApiOperation> All =
    [
        new(HttpMethod.Get, Path, "listSessions", Tag, "List the sessions of a person")
        {
            Description = ForAdmins,
            Scopes = [ScopeNames.UsersRead],
            Parameters = [Id],
            Responses = [new(StatusCodes.Status200OK, "The sessions.", "Sessions")],
            Problems = [StatusCodes.Status404NotFound],
        },
        new(HttpMethod.Delete, Path, "endSessions", Tag, "End all sessions of a person")
        {
            Description = ForAdmins + "An admin who names their own account keeps the session that asks.",
            Scopes = [ScopeNames.UsersWrite],
            Parameters = [Id],
            Responses = [new(StatusCodes.Status204NoContent, "The sessions have ended.")],
            Problems = [StatusCodes.Status404NotFound],
        },
        new(HttpMethod.Delete, Path + "/{session_id}", "endSession", Tag, "End a session of a person, with the apps opened from it")
        {
            Description = ForAdmins,
            Scopes = [ScopeNames.UsersWrite],
            Parameters = [Id, new("session_id", ApiPlace.Path, "The id of a session.", Required: true)],
            Responses = [new(StatusCodes.Status204NoContent, "The session has ended.")],
            Problems = [StatusCodes.Status404NotFound],
        },
    ];
}
