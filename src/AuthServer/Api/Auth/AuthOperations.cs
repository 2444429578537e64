using AuthServer.Api.OpenApi;
using AuthServer.Configuration;

namespace AuthServer.Api.Auth;

/// <summary>The operations below /v1/auth. Login, refresh and logout are answered by the protocol's pipeline.</summary>
internal static class AuthOperations
{
    private const string Tag = "Sign-in";

    public static readonly IReadOnlyList<ApiOperation> All =
    [
        new(HttpMethod.Post, ApiPaths.Register, "register", Tag, "Make an account for oneself")
        {
            Body = "Registration",
            Parameters = [RequestHeaders.IdempotencyKey, RequestHeaders.Language],
            Responses =
            [
                new(
                    StatusCodes.Status201Created, "The account was made.", "User", ApiHeaders.Location, ApiHeaders.ETag,
                    ApiHeaders.Replayed),
                new(
                    StatusCodes.Status202Accepted,
                    "The account is made by the code of a mail; without mail: the server does not tell whether the address has an account.",
                    "RegistrationAccepted"),
            ],
            Problems = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status422UnprocessableEntity],
        },
        new(HttpMethod.Post, ApiPaths.Login, "login", Tag, "Sign in with e-mail address and password")
        {
            Description = "Wrong password, unknown address and disabled account have the same answer. An account with a second factor is "
                + "answered with the problem `second-factor-required`: send its `challenge` with the person's `code` to this address. A "
                + "`challenge` of the operation emailCode, with the `code` of the mail, stands for address and password.",
            Body = "Login",
            OtherBody = "LoginCode",
            TakesProof = true,
            Parameters = [RequestHeaders.Csrf, RequestHeaders.DeviceToken],
            Responses =
                [new(StatusCodes.Status200OK, "A session was opened.", "Tokens", ApiHeaders.SetCookie, ApiHeaders.DeviceToken)],
            Problems = [StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden],
        },
        new(HttpMethod.Post, ApiPaths.EmailCode, "emailCode", Tag, "Send a mail with a code to sign in")
        {
            Description = "The answer, and the time that it takes, are the same whether the address has an account or not. Send the "
                + "`challenge` of the answer with the person's `code` to the login. 404 where nobody signs in by mail. With the "
                + "`challenge` of the problem `second-factor-required` alone, the code stands for that of the authenticator app; 403 where "
                + "it may not.",
            Body = "EmailCode",
            Parameters = [RequestHeaders.DeviceToken, RequestHeaders.Language],
            Responses = [new(StatusCodes.Status202Accepted, "A mail is on its way.", "EmailCodeAccepted")],
            Problems =
            [
                StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound,
                StatusCodes.Status422UnprocessableEntity,
            ],
        },
        new(HttpMethod.Post, ApiPaths.Refresh, "refresh", Tag, "Get a new access token")
        {
            Description = "The refresh token is rotated: the answer has the next one, and using an old one again ends the session.",
            Body = "Refresh",
            BodyOptional = true,
            TakesProof = true,
            Parameters = [RequestHeaders.Csrf],
            Responses = [new(StatusCodes.Status200OK, "New tokens.", "Tokens", ApiHeaders.SetCookie)],
            Problems = [StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden],
        },
        new(HttpMethod.Post, ApiPaths.Logout, "logout", Tag, "End the session")
        {
            Description = "Of the access token in the header, of the refresh token in the body, or of the refresh cookie.",
            Body = "Logout",
            BodyOptional = true,
            TokenOptional = true,
            Parameters = [RequestHeaders.Csrf],
            Responses = [new(StatusCodes.Status204NoContent, "The session has ended, now or before.", null, ApiHeaders.SetCookie)],
            Problems = [StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden],
        },
    ];
}
