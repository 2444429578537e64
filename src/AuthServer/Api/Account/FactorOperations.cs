using AuthServer.Api.OpenApi;
using AuthServer.Clients.Scopes;
using AuthServer.JsonApi;

namespace AuthServer.Api.Account;

/// <summary>The operations on the ways into one's own account, as the OpenAPI document describes them.</summary>
internal static class FactorOperations
{
    private const string Tag = "Account";

    private const string FirstParty = "Through a first-party app. ";

    private const string NeedsSignIn =
        "It needs a sign-in less than five minutes ago: the problem `step-up-required` says so (RFC 9470). ";

    private const string NeedsCode = "It needs a code of the app, or a recovery code, as well; not after a sign-in by passkey.";

    private static readonly ApiParameter Passkey = new("id", ApiPlace.Path, "The id of a passkey.", Required: true);

    private static readonly ApiParameter Connection = new("id", ApiPlace.Path, "The id of a connected sign-in.", Required: true);

    private static readonly ApiParameter Device = new("id", ApiPlace.Path, "The id of a device.", Required: true);

    public static readonly IReadOnlyList<ApiOperation> All =
    [
        new(HttpMethod.Get, AccountRoutes.EmailPath, "readEmail", Tag, "Read one's own e-mail address")
        {
            Description = FirstParty.TrimEnd(),
            Scopes = [ScopeNames.AccountRead],
            Responses = [new(StatusCodes.Status200OK, "The address.", "AccountEmail")],
        },
        new(HttpMethod.Post, AccountRoutes.EmailPath, "changeEmail", Tag, "Ask for another e-mail address")
        {
            Description = FirstParty + NeedsSignIn + "A mail goes to the new address; it counts when its code comes to "
                + "`/v1/auth/email/confirm`, or its link is followed. The former address is told, and can take the change back for a week.",
            Scopes = [ScopeNames.AccountWrite],
            Body = "NewEmail",
            Parameters = [RequestHeaders.Language],
            Responses = [new(StatusCodes.Status202Accepted, "The mail is on its way.", "MailAccepted")],
            Problems = [StatusCodes.Status409Conflict, StatusCodes.Status422UnprocessableEntity],
        },
        new(HttpMethod.Delete, AccountRoutes.PasswordPath, "removePassword", Tag, "Have no password any more")
        {
            Description = FirstParty + NeedsSignIn + "The account needs two passkeys, or one and a confirmed e-mail address: the problem "
                + "`last-way-in` says so. All other sessions of the person end.",
            Scopes = [ScopeNames.AccountWrite],
            Parameters = [RequestHeaders.DeviceToken],
            Responses = [new(StatusCodes.Status204NoContent, "The account has no password.", null, ApiHeaders.DeviceToken)],
            Problems = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        },
        new(HttpMethod.Get, AccountRoutes.ConnectionsPath, "listConnections", Tag, "List one's own sign-ins of other providers")
        {
            Description = FirstParty + "They are connected at the pages of this server, because the provider needs a browser.",
            Scopes = [ScopeNames.AccountRead],
            Responses = [new(StatusCodes.Status200OK, "The connected sign-ins.", "Connections")],
        },
        new(HttpMethod.Delete, AccountRoutes.ConnectionPath, "disconnect", Tag, "Disconnect a sign-in of another provider")
        {
            Description = FirstParty + NeedsSignIn + "The last way into the account stays: the problem `last-way-in` says so.",
            Scopes = [ScopeNames.AccountWrite],
            Parameters = [Connection],
            Responses = [new(StatusCodes.Status204NoContent, "It is not connected any more.")],
            Problems = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        },
        new(HttpMethod.Get, AccountRoutes.PasskeysPath, "listPasskeys", Tag, "List one's own passkeys")
        {
            Description = FirstParty.TrimEnd(),
            Scopes = [ScopeNames.AccountRead],
            Responses = [new(StatusCodes.Status200OK, "The passkeys.", "Passkeys")],
        },
        new(HttpMethod.Post, AccountRoutes.PasskeyOptionsPath, "askForPasskey", Tag, "Get the options for a new passkey")
        {
            Description = FirstParty + NeedsSignIn + "A person who has a second factor or a passkey must have given it. The options are "
                + "for `navigator.credentials.create()`; the state goes back once, within six minutes, from the same session of the same "
                + "app. "
                + "The passkey belongs to the domain of this server: the app is a page of its origin, or one that the device lets "
                + "speak for that domain.",
            Scopes = [ScopeNames.AccountWrite],
            Responses = [new(StatusCodes.Status200OK, "The options.", "PasskeyOptions")],
            Problems = [StatusCodes.Status404NotFound],
        },
        new(HttpMethod.Post, AccountRoutes.PasskeysPath, "addPasskey", Tag, "Add a passkey")
        {
            Description = FirstParty + NeedsSignIn + "The person is told by mail.",
            Scopes = [ScopeNames.AccountWrite],
            Body = "NewPasskey",
            Responses = [new(StatusCodes.Status201Created, "The passkey signs the person in.", "Passkey")],
            Problems = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status422UnprocessableEntity],
        },
        new(HttpMethod.Patch, AccountRoutes.PasskeyPath, "renamePasskey", Tag, "Name a passkey")
        {
            Description = FirstParty.TrimEnd(),
            Scopes = [ScopeNames.AccountWrite],
            Body = "PasskeyName",
            BodyTypes = JsonBody.PatchTypes,
            Parameters = [Passkey],
            Responses = [new(StatusCodes.Status204NoContent, "The passkey has its name.")],
            Problems = [StatusCodes.Status404NotFound, StatusCodes.Status422UnprocessableEntity],
        },
        new(HttpMethod.Delete, AccountRoutes.PasskeyPath, "removePasskey", Tag, "Remove a passkey")
        {
            Description = FirstParty + NeedsSignIn + "The only way into the account stays: the problem `last-way-in` says so.",
            Scopes = [ScopeNames.AccountWrite],
            Parameters = [Passkey],
            Responses = [new(StatusCodes.Status204NoContent, "The passkey signs nobody in any more.")],
            Problems = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        },
        new(HttpMethod.Get, AccountRoutes.FactorsPath, "readSecondFactors", Tag, "Read the state of one's second factor")
        {
            Description = FirstParty.TrimEnd(),
            Scopes = [ScopeNames.AccountRead],
            Responses = [new(StatusCodes.Status200OK, "The state.", "SecondFactors")],
            Problems = [StatusCodes.Status404NotFound],
        },
        new(HttpMethod.Post, AccountRoutes.AppFactorPath, "beginSecondFactor", Tag, "Begin to set up an authenticator app")
        {
            Description = FirstParty + NeedsSignIn + "Nothing is stored before its first code has come back, within half an hour. "
                + "Beside an app that is there, it needs the second factor as well.",
            Scopes = [ScopeNames.AccountWrite],
            Responses = [new(StatusCodes.Status200OK, "What the app needs.", "Enrolment")],
            Problems = [StatusCodes.Status404NotFound],
        },
        new(HttpMethod.Put, AccountRoutes.AppFactorPath, "confirmSecondFactor", Tag, "Confirm the authenticator app by its first code")
        {
            Description = FirstParty + NeedsSignIn + "The answer has ten recovery codes, which are shown once. "
                + "With `replace` the app goes that is there; otherwise the problem is `second-factor-exists`.",
            Scopes = [ScopeNames.AccountWrite],
            Body = "EnrolmentProof",
            Responses = [new(StatusCodes.Status200OK, "The app counts.", "RecoveryCodes")],
            Problems =
                [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status422UnprocessableEntity],
        },
        new(HttpMethod.Post, AccountRoutes.FactorRemovalPath, "removeSecondFactor", Tag, "Remove the authenticator app")
        {
            Description = FirstParty + NeedsSignIn + NeedsCode + " Recovery codes and remembered devices go with it.",
            Scopes = [ScopeNames.AccountWrite],
            Body = "FactorCode",
            Parameters = [RequestHeaders.DeviceToken],
            Responses =
            [
                new(StatusCodes.Status204NoContent, "The app is removed."),
                new(StatusCodes.Status200OK, "The app is removed, and these codes are beside the passkey, which is the second factor now.",
                    "RecoveryCodes"),
            ],
            Problems =
                [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status422UnprocessableEntity],
        },
        new(HttpMethod.Post, AccountRoutes.RecoveryCodesPath, "renewRecoveryCodes", Tag, "Get new recovery codes")
        {
            Description = FirstParty + NeedsSignIn + NeedsCode + " The former codes count no more. "
                + "A person who has a passkey and no app has codes too, for the day on which the passkey is lost.",
            Scopes = [ScopeNames.AccountWrite],
            Body = "FactorCode",
            Parameters = [RequestHeaders.DeviceToken],
            Responses = [new(StatusCodes.Status200OK, "The codes, which are shown once.", "RecoveryCodes")],
            Problems = [StatusCodes.Status404NotFound, StatusCodes.Status422UnprocessableEntity],
        },
        new(HttpMethod.Get, AccountRoutes.DevicesPath, "listDevices", Tag, "List the browsers where no code is asked for")
        {
            Description = FirstParty.TrimEnd(),
            Scopes = [ScopeNames.AccountRead],
            Responses = [new(StatusCodes.Status200OK, "The devices.", "Devices")],
        },
        new(HttpMethod.Delete, AccountRoutes.DevicePath, "forgetDevice", Tag, "Ask for a code again in a browser")
        {
            Description = FirstParty.TrimEnd(),
            Scopes = [ScopeNames.AccountWrite],
            Parameters = [Device],
            Responses = [new(StatusCodes.Status204NoContent, "The device is forgotten.")],
            Problems = [StatusCodes.Status404NotFound],
        },
    ];
}
