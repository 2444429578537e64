using AuthServer.Api.OpenApi;
using AuthServer.Clients.Scopes;
using AuthServer.Configuration;
using AuthServer.JsonApi;

namespace AuthServer.Api.Users;

/// <summary>The operations of <see cref="UserRoutes"/>, as the OpenAPI document describes them.</summary>
internal static class UserOperations
{
    private const string Tag = "Users";
    private const string One = ApiPaths.Users + "/{id}";

    private static readonly ApiParameter Id = new("id", ApiPlace.Path, "The id of an account, or `me`.", Required: true);

    private static readonly ApiParameter IfMatch =
        new("If-Match", ApiPlace.Header, "The ETag that the change is based on.", Required: true);

    private const string Whose = "Anybody's for admins, and one's own for everybody, through a first-party app. ";
    private const string WhatEnds = "A new password ends the person's other sessions, and `disabled` all of them. " + StepUp;

    /// <summary>What an admin must have done before a way into another account changes.</summary>
    internal const string StepUp = "An admin who changes password, e-mail address, roles, `email_verified` or `disabled` of an account, "
        + "makes one with roles or a verified address, or deletes one, must have signed in less than five minutes ago, with the second "
        + "factor if they have one: otherwise the answer is 401 `step-up-required`.";

    private static readonly ApiResponse Changed = new(
        StatusCodes.Status200OK, "The account as it is now. After a new password of one's own the device has a new token.", "ChangedUser",
        ApiHeaders.ETag, ApiHeaders.DeviceToken);

    private static readonly int[] ProblemsOfChange =
    [
        StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status412PreconditionFailed,
        StatusCodes.Status422UnprocessableEntity, StatusCodes.Status428PreconditionRequired,
    ];

    public static readonly IReadOnlyList<ApiOperation> All =
    [
        new(HttpMethod.Get, ApiPaths.Users, "listUsers", Tag, "List accounts, in the order of their ids")
        {
            Description = "For admins and service accounts.",
            Scopes = [ScopeNames.UsersRead],
            Parameters =
            [
                new(
                    "limit", ApiPlace.Query, "How many accounts a page has at most.") { Number = (
                        1, UserQuery.MostLimit, UserQuery.DefaultLimit) },
                new(UserQuery.Cursor, ApiPlace.Query, "Where the page begins: from the Link header of the page before."),
                new("email", ApiPlace.Query, "How the e-mail address begins, in any spelling."),
                new("created_after", ApiPlace.Query, "Made after this time.", Format: "date-time"),
                new("created_before", ApiPlace.Query, "Made before this time.", Format: "date-time"),
            ],
            Responses = [new(StatusCodes.Status200OK, "A page.", "UserPage", ApiHeaders.Link)],
            Problems = [StatusCodes.Status400BadRequest],
        },
        new(HttpMethod.Post, ApiPaths.Users, "createUser", Tag, "Make an account")
        {
            Description = "For admins and service accounts. " + StepUp,
            Scopes = [ScopeNames.UsersWrite],
            Body = "NewUser",
            Parameters = [RequestHeaders.IdempotencyKey],
            Responses = [new(
                StatusCodes.Status201Created, "The account was made.", "User", ApiHeaders.Location, ApiHeaders.ETag, ApiHeaders.Replayed)],
            Problems = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status422UnprocessableEntity],
        },
        new(HttpMethod.Get, One, "getUser", Tag, "Read an account")
        {
            Description = "Anybody's for admins, and one's own for everybody.",
            Scopes = [ScopeNames.AccountRead, ScopeNames.UsersRead],
            Parameters = [Id, new("If-None-Match", ApiPlace.Header, "The ETag of a representation that the caller has.")],
            Responses =
            [
                new(StatusCodes.Status200OK, "The account.", "User", ApiHeaders.ETag),
                new(StatusCodes.Status304NotModified, "The caller has this representation.", null, ApiHeaders.ETag),
            ],
            Problems = [StatusCodes.Status404NotFound],
        },
        new(HttpMethod.Put, One, "updateUser", Tag, "Replace an account")
        {
            Description = Whose + "Replaces all that the caller may write: e-mail address and names, and for admins also `email_verified`, "
                + "`disabled` and `roles`. " + WhatEnds,
            Scopes = [ScopeNames.AccountWrite, ScopeNames.UsersWrite],
            Body = "UserChange",
            Parameters = [Id, IfMatch, RequestHeaders.DeviceToken],
            Responses = [Changed],
            Problems = ProblemsOfChange,
        },
        new(HttpMethod.Patch, One, "patchUser", Tag, "Change parts of an account")
        {
            Description = Whose + "A JSON merge patch (RFC 7396). " + WhatEnds,
            Scopes = [ScopeNames.AccountWrite, ScopeNames.UsersWrite],
            Body = "UserPatch",
            BodyTypes = JsonBody.PatchTypes,
            Parameters = [Id, IfMatch, RequestHeaders.DeviceToken],
            Responses = [Changed],
            Problems = ProblemsOfChange,
        },
        new(HttpMethod.Get, One + "/profile", "getUserProfile", Tag, "Read the claims of a person")
        {
            Description = "For admins and service accounts; one's own is at `/v1/account/profile`.",
            Scopes = [ScopeNames.UsersRead],
            Parameters = [Id],
            Responses = [new(StatusCodes.Status200OK, "The profile.", "Profile", ApiHeaders.ETag)],
            Problems = [StatusCodes.Status404NotFound],
        },
        new(HttpMethod.Patch, One + "/profile", "patchUserProfile", Tag, "Change claims of a person")
        {
            Description = "For admins and service accounts, also the claims that people do not fill in themselves (`PROFILE_CLAIMS`). A "
                + "JSON merge patch (RFC 7396).",
            Scopes = [ScopeNames.UsersWrite],
            Body = "ProfilePatch",
            BodyTypes = JsonBody.PatchTypes,
            Parameters = [Id, IfMatch],
            Responses = [new(StatusCodes.Status200OK, "The profile as it is now.", "Profile", ApiHeaders.ETag)],
            Problems =
            [
                StatusCodes.Status404NotFound, StatusCodes.Status412PreconditionFailed, StatusCodes.Status422UnprocessableEntity,
                StatusCodes.Status428PreconditionRequired,
            ],
        },
        new(HttpMethod.Delete, One, "deleteUser", Tag, "Delete an account")
        {
            Description = "For admins. All sessions of the person end. " + StepUp,
            Scopes = [ScopeNames.UsersWrite],
            Parameters = [Id, new("If-Match", ApiPlace.Header, "The ETag of the version to delete; left out: any.")],
            Responses = [new(StatusCodes.Status204NoContent, "The account is gone.")],
            Problems = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status412PreconditionFailed],
        },
    ];
}
