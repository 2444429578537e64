using AuthServer.Api.OpenApi;
using AuthServer.Clients.Scopes;
using AuthServer.Configuration;

namespace AuthServer.Api.Auth;

/// <summary>The operations below /v1/auth that work with mails.</summary>
internal static class RecoveryOperations
{
    private const string Tag = "Sign-in";

    public static readonly IReadOnlyList<ApiOperation> All =
    [
        new(HttpMethod.Post, ApiPaths.ConfirmRegistration, "confirmRegistration", Tag, "Make the account with the code of the mail")
        {
            Description = "Where a registration was answered with 202. Send `request` and `code`, or the `token` of the link with a "
                + "`password` that the person chooses then: somebody else may have typed the address. A code may be tried five times.",
            Body = "ConfirmRegistration",
            Responses = [new(StatusCodes.Status201Created, "The account was made.", "User", ApiHeaders.Location, ApiHeaders.ETag)],
            Problems = [StatusCodes.Status409Conflict, StatusCodes.Status410Gone, StatusCodes.Status422UnprocessableEntity],
        },
        new(HttpMethod.Post, ApiPaths.ForgottenPassword, "forgottenPassword", Tag, "Send a mail to choose a new password")
        {
            Description = "The answer, and the time that it takes, are the same whether the address has an account or not. The mail has a "
                + "six-digit code for the app that asked, and a link to a page of this server. 404 where the server sends no mail.",
            Body = "ForgottenPassword",
            Parameters = [RequestHeaders.DeviceToken, RequestHeaders.Language],
            Responses = [new(StatusCodes.Status202Accepted, "A mail is on its way.", "MailAccepted")],
            Problems = [StatusCodes.Status404NotFound, StatusCodes.Status422UnprocessableEntity],
        },
        new(HttpMethod.Post, ApiPaths.ResetPassword, "resetPassword", Tag, "Choose a new password with the code of the mail")
        {
            Description = "Works once for each mail, ends every session of the account and tells its person by mail. "
                + "Send `request` and `code`, or the `token` of the link. A code may be tried five times.",
            Body = "ResetPassword",
            Parameters = [RequestHeaders.DeviceToken],
            Responses =
            [
                new(
                    StatusCodes.Status204NoContent, "The password is changed. A device that was known stays known.", null,
                    ApiHeaders.DeviceToken, ApiHeaders.SetCookie),
            ],
            Problems = [StatusCodes.Status410Gone, StatusCodes.Status422UnprocessableEntity],
        },
        new(HttpMethod.Post, ApiPaths.EmailConfirmation, "sendEmailConfirmation", Tag, "Send a mail to confirm one's address")
        {
            Description = "404 where the server confirms no addresses.",
            Scopes = [ScopeNames.AccountWrite],
            Parameters = [RequestHeaders.Language],
            Responses =
            [
                new(StatusCodes.Status202Accepted, "A mail is on its way.", "MailAccepted"),
                new(StatusCodes.Status204NoContent, "The address is confirmed already."),
            ],
            Problems = [StatusCodes.Status404NotFound],
        },
        new(HttpMethod.Post, ApiPaths.ConfirmEmail, "confirmEmail", Tag, "Confirm the address, or a new one, with the code of the mail")
        {
            Description = "Send `request` and `code`, or the `token` of the link, as the person whose account it is. A new address of the "
                + "account takes effect now, and its former one can take that back for seven days.",
            Scopes = [ScopeNames.AccountWrite],
            Body = "ConfirmEmail",
            Parameters = [RequestHeaders.DeviceToken],
            Responses = [new(StatusCodes.Status204NoContent, "The address is confirmed.", null, ApiHeaders.DeviceToken)],
            Problems = [StatusCodes.Status409Conflict, StatusCodes.Status410Gone, StatusCodes.Status422UnprocessableEntity],
        },
    ];
}
