using AuthServer.Api.OpenApi;
using AuthServer.Clients.Scopes;
using AuthServer.JsonApi;
using AuthServer.Users.MyAccount;

namespace AuthServer.Api.Account;

/// <summary>The operations of <see cref="AccountRoutes"/>, as the OpenAPI document describes them.</summary>
internal static class AccountOperations
{
    private const string Tag = "Account";

    private const string FirstParty = "Through a first-party app. ";

    private const string NeedsSignIn =
        "It needs a sign-in less than five minutes ago: the problem `step-up-required` says so (RFC 9470).";

    private const string WithApps = "An app that was opened from a browser session ends with it, and its tokens are worth nothing at once.";

    public static readonly IReadOnlyList<ApiOperation> All =
    [
        new(HttpMethod.Get, AccountRoutes.ProfilePath, "getProfile", Tag, "Read one's own profile")
        {
            Scopes = [ScopeNames.AccountRead],
            Responses = [new(StatusCodes.Status200OK, "The profile.", "Profile", ApiHeaders.ETag)],
        },
        new(HttpMethod.Patch, AccountRoutes.ProfilePath, "patchProfile", Tag, "Change parts of one's own profile")
        {
            Description = FirstParty + "A JSON merge patch (RFC 7396).",
            Scopes = [ScopeNames.AccountWrite],
            Body = "ProfilePatch",
            BodyTypes = JsonBody.PatchTypes,
            Parameters = [new("If-Match", ApiPlace.Header, "The ETag that the change is based on.", Required: true)],
            Responses = [new(StatusCodes.Status200OK, "The profile as it is now.", "Profile", ApiHeaders.ETag)],
            Problems =
            [
                StatusCodes.Status412PreconditionFailed, StatusCodes.Status422UnprocessableEntity,
                StatusCodes.Status428PreconditionRequired,
            ],
        },
        new(HttpMethod.Get, AccountRoutes.ThemePath, "readTheme", Tag, "Read whether one's own pages are light or dark")
        {
            Description = FirstParty.TrimEnd(),
            Scopes = [ScopeNames.AccountRead],
            Responses = [new(StatusCodes.Status200OK, "The choice.", "Theme")],
        },
        new(HttpMethod.Put, AccountRoutes.ThemePath, "setTheme", Tag, "Choose light or dark pages")
        {
            Description = FirstParty + "It counts in a browser from the next sign-in there.",
            Scopes = [ScopeNames.AccountWrite],
            Body = "NewTheme",
            Responses = [new(StatusCodes.Status200OK, "The choice as it is now.", "Theme")],
            Problems = [StatusCodes.Status422UnprocessableEntity],
        },
        new(HttpMethod.Get, AccountRoutes.LanguagePath, "readLanguage", Tag, "Read the language of one's own pages and mails")
        {
            Description = FirstParty.TrimEnd(),
            Scopes = [ScopeNames.AccountRead],
            Responses = [new(StatusCodes.Status200OK, "The choice, and what there is.", "Language")],
        },
        new(HttpMethod.Put, AccountRoutes.LanguagePath, "setLanguage", Tag, "Choose the language of one's own pages and mails")
        {
            Description = FirstParty + "It is the claim `locale`, and can be chosen whatever `PROFILE_CLAIMS` names. Pages follow it in a "
                + "browser from the next sign-in there.",
            Scopes = [ScopeNames.AccountWrite],
            Body = "NewLanguage",
            Responses = [new(StatusCodes.Status200OK, "The choice as it is now.", "Language")],
            Problems = [StatusCodes.Status422UnprocessableEntity, StatusCodes.Status503ServiceUnavailable],
        },
        new(HttpMethod.Put, AccountRoutes.PicturePath, "setPicture", Tag, "Upload one's own picture")
        {
            Description = FirstParty + "A JPEG or PNG of at most 5 MB and 16 megapixels; 20 in an hour. A square of its middle becomes a "
                + "JPEG of at most 512 pixels; nothing else of the file is kept. "
                + "The claim `picture` is its address, which changes with each upload.",
            Scopes = [ScopeNames.AccountWrite],
            Body = "PictureFile",
            BodyTypes = PictureApi.MediaTypes,
            Responses = [new(StatusCodes.Status200OK, "The address of the picture.", "Picture")],
            Problems = [StatusCodes.Status422UnprocessableEntity, StatusCodes.Status503ServiceUnavailable],
        },
        new(HttpMethod.Delete, AccountRoutes.PicturePath, "removePicture", Tag, "Remove one's own picture")
        {
            Description = FirstParty + "Also one at an address of another host.",
            Scopes = [ScopeNames.AccountWrite],
            Responses = [new(StatusCodes.Status204NoContent, "There is no picture.")],
        },
        new(HttpMethod.Put, AccountRoutes.PasswordPath, "changePassword", Tag, "Set a new password of one's own")
        {
            Description = FirstParty + "All other sessions of the person end. Without `current_password` it needs a sign-in less than five "
                + "minutes ago: the problem `step-up-required` says so (RFC 9470).",
            Scopes = [ScopeNames.AccountWrite],
            Body = "NewPassword",
            Parameters = [RequestHeaders.DeviceToken],
            Responses = [new(StatusCodes.Status204NoContent, "The password is changed.", null, ApiHeaders.DeviceToken)],
            Problems = [StatusCodes.Status422UnprocessableEntity],
        },
        new(HttpMethod.Get, AccountRoutes.SessionsPath, "listOwnSessions", Tag, "List where one is signed in")
        {
            Description = FirstParty.TrimEnd(),
            Scopes = [ScopeNames.AccountRead],
            Responses = [new(StatusCodes.Status200OK, "The sessions.", "Sessions")],
        },
        new(HttpMethod.Delete, AccountRoutes.SessionsPath, "endOtherSessions", Tag, "Sign out everywhere else")
        {
            Description = FirstParty + "Ends every session of the person but the one that asks and the browser session that it was opened "
                + "from. " + WithApps,
            Scopes = [ScopeNames.AccountWrite],
            Responses = [new(StatusCodes.Status204NoContent, "The other sessions have ended.")],
        },
        new(HttpMethod.Delete, AccountRoutes.SessionPath, "endOwnSession", Tag, "Sign out in one place")
        {
            Description = FirstParty + WithApps,
            Scopes = [ScopeNames.AccountWrite],
            Parameters = [new("id", ApiPlace.Path, "The id of a session.", Required: true)],
            Responses = [new(StatusCodes.Status204NoContent, "The session has ended.")],
            Problems = [StatusCodes.Status404NotFound],
        },
        new(HttpMethod.Get, AccountRoutes.AppsPath, "listApps", Tag, "List the apps that use one's account")
        {
            Description = FirstParty.TrimEnd(),
            Scopes = [ScopeNames.AccountRead],
            Responses = [new(StatusCodes.Status200OK, "The apps.", "Apps")],
        },
        new(HttpMethod.Delete, AccountRoutes.AppPath, "withdrawApp", Tag, "Take an app's access back")
        {
            Description = FirstParty + "What was allowed is taken back, and the app's sessions end with their tokens.",
            Scopes = [ScopeNames.AccountWrite],
            Parameters = [new("client_id", ApiPlace.Path, "The client id of the app.", Required: true)],
            Responses = [new(StatusCodes.Status204NoContent, "The app has no access any more.")],
            Problems = [StatusCodes.Status404NotFound],
        },
        new(HttpMethod.Get, AccountRoutes.ActivityPath, "listActivity", Tag, "List what has happened to one's account, the latest first")
        {
            Description = FirstParty.TrimEnd(),
            Scopes = [ScopeNames.AccountRead],
            Parameters =
            [
                new(ActivityApi.Limit, ApiPlace.Query, "How many events a page has at most.")
                {
                    Number = (1, ActivityApi.MostLimit, ActivityApi.DefaultLimit),
                },
                new(ActivityApi.Cursor, ApiPlace.Query, "Where the page begins: from the Link header of the page before."),
            ],
            Responses = [new(StatusCodes.Status200OK, "A page.", "Events", ApiHeaders.Link)],
            Problems = [StatusCodes.Status400BadRequest],
        },
        new(HttpMethod.Get, AccountRoutes.ExportPath, "exportAccount", Tag, "Download what is stored about oneself")
        {
            Description = FirstParty + NeedsSignIn,
            Scopes = [ScopeNames.AccountRead],
            Responses =
            [
                new(
                    StatusCodes.Status200OK,
                    "A zip file with `account.json`, `picture.jpg` (where one was uploaded), `sign_in.json`, `sessions.json`, "
                        + "`apps.json`, `activity.json`, `index.html`.",
                    null, ApiHeaders.Disposition)
                {
                    File = AccountExport.MediaType,
                },
            ],
        },
        new(HttpMethod.Post, AccountRoutes.DeletionPath, "deleteAccount", Tag, "Delete one's own account in 14 days")
        {
            Description = FirstParty + NeedsSignIn + " The account is disabled and its sessions end at once. Who signs in on the page of "
                + "this server within 14 days can keep it. Admins are deleted by another admin.",
            Scopes = [ScopeNames.AccountWrite],
            Body = "DeletionRequest",
            Responses = [new(StatusCodes.Status202Accepted, "The account will be deleted.", "Deletion")],
            Problems = [StatusCodes.Status409Conflict, StatusCodes.Status422UnprocessableEntity],
        },
    ];
}
