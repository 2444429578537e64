using Microsoft.OpenApi;
using static AuthServer.Api.OpenApi.ApiSchemas;

namespace AuthServer.Api.OpenApi;

/// <summary>The bodies of requests and answers that work with the codes and links of mails.</summary>
internal static class RecoverySchemas
{
    private const string FromTheAnswer = "From the answer to what sent the mail.", SixDigits = "Six digits.", OfTheLink = "Of the link.";

    public static IEnumerable<(string Name, OpenApiSchema Schema)> All(OpenApiDocument document)
    {
        yield return ("MailAccepted", Object("A mail is on its way. The same for every address.", required: ["request", "expires_in"],
            members: MailMembers()));
        yield return ("EmailCode", Request("Who wants a code to sign in, and with which app; or `challenge`.", required: [], members:
        [
            ("email", NullableText("email")), ("client_id", NullableText(description: "Left out: the built-in first-party client.")),
            ("scope", NullableText(description: "As for a login with a password.")),
            ("challenge", NullableText(description: "Alone: of the problem second-factor-required.")),
        ]));
        yield return ("EmailCodeAccepted", Object(
            "A mail is on its way. The same for every address.", required: ["challenge", "expires_in"], members:
            [("challenge", Text(description: "Goes to the login with the code of the mail.")), MailMembers().Last()]));
        yield return ("RegistrationAccepted", Object("A mail is on its way. The same for every registration.",
            required: ["status", "request", "expires_in"], members: [("status", Text()), .. MailMembers()]));
        yield return ("ConfirmRegistration", Request("`request` and `code`, or `token` and `password`.", required: [], members:
            [.. ProofMembers(), ("password", Password("That of the new account, beside a token.", nullable: true))]));
        yield return ("ForgottenPassword", Request("Whose password was forgotten.", required: ["email"],
            members: [("email", Text("email"))]));
        yield return ("ResetPassword", Request("A new password, with `request` and `code`, or with `token`.", required: ["password"],
            members:
            [
                .. ProofMembers(), ("password", Password("At least 8 characters, and not easy to guess.")),
                ("remove_added", NullableTruth("Whether passkeys, authenticator app, recovery codes, connected sign-ins and what was "
                    + "allowed to apps go that were added in the last seven days.")),
            ]));
        yield return ("ConfirmEmail", Request("`request` and `code`, or `token`.", required: [], members: ProofMembers()));
        yield return ("ChangedUser", new OpenApiSchema
        {
            Description = "An account after a change; `email_change` where a new address waits for its proof.",
            AllOf =
            [
                new OpenApiSchemaReference("User", document),
                Object(
                    "What goes with the code of the mail to the new address.", required: [], members: [("email_change", MailAccepted())]),
            ],
        });
    }

    private static OpenApiSchema MailAccepted() =>
        Object("A mail is on its way to the new address.", required: ["request", "expires_in"], members: MailMembers());

    private static IEnumerable<(string Name, OpenApiSchema Schema)> MailMembers() =>
    [
        ("request", Text(description: "Comes back with the code of the mail.")),
        ("expires_in", new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "Seconds in which code and link work." }),
    ];

    private static IEnumerable<(string Name, OpenApiSchema Schema)> ProofMembers() =>
    [
        ("request", NullableText(description: FromTheAnswer)), ("code", NullableText(description: SixDigits)),
        ("token", NullableText(description: OfTheLink)),
    ];
}
