using AuthServer.Users.Passkeys;
using Microsoft.OpenApi;
using static AuthServer.Api.OpenApi.ApiSchemas;

namespace AuthServer.Api.OpenApi;

/// <summary>The bodies of requests and answers about the ways into one's own account.</summary>
internal static class FactorSchemas
{
    public static IEnumerable<(string Name, OpenApiSchema Schema)> All(OpenApiDocument document)
    {
        yield return ("AccountEmail", Object("The address of an account.", required: ["email", "email_verified", "changeable"], members:
        [
            ("email", Text("email")), ("email_verified", Truth("The person has shown that it is theirs.")),
            ("changeable", Truth("Another address can be proven at this server, because it sends mail.")),
        ]));
        yield return ("NewEmail", Request("Another address.", required: ["email"], members: [("email", Text("email"))]));
        yield return ("Passkey", Object("A passkey of a person.", required: ["id", "name", "synced", "created_at"], members:
        [
            ("id", Text("uuid")), ("name", Text(description: "Empty where nobody has given one.")),
            ("provider", Text(description: "Where it is kept, if that is known.")),
            ("aaguid", Text("uuid", "The model of the authenticator, as it tells.")),
            ("synced", Truth("The person has it on several devices.")), ("created_at", Text("date-time")),
            ("last_used_at", Text("date-time")),
            ("recovery_codes", List(Text(description: "With a new passkey alone, and only where a second factor is wanted and there are "
                + "no codes yet. They are shown once."))),
        ]));
        yield return ("Passkeys", Object("The passkeys of a person.", required: ["passkeys"],
            members: [("passkeys", List(new OpenApiSchemaReference("Passkey", document)))]));
        yield return ("PasskeyOptions", Object("What a new passkey is made with.", required: ["options", "state", "expires_in"], members:
        [
            ("options", Anything("PublicKeyCredentialCreationOptionsJSON of WebAuthn Level 3.")),
            ("state", Text(description: "Goes back with the credential.")),
            ("expires_in", new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "Seconds." }),
        ]));
        yield return ("NewPasskey", Request("A new passkey.", required: ["state", "credential"], members:
        [
            ("state", Text(description: "Of the options.")),
            ("credential", Anything("RegistrationResponseJSON of WebAuthn Level 3: what `toJSON()` of the credential gives.")),
        ]));
        yield return ("PasskeyName", Request("What a person calls a passkey.", required: ["name"], members:
            [("name", new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = PasskeyRules.MostNameLength })]));
        yield return ("Connection", Object("A sign-in of another provider.", required: ["id", "issuer"], members:
        [
            ("id", Text()), ("provider", Text(description: "Its name in the settings; missing while it is not configured.")),
            ("issuer", Text()), ("label", Text(description: "What the person knows it by.")), ("connected_at", Text("date-time")),
        ]));
        yield return ("Connections", Object("The connected sign-ins of a person.", required: ["upstream"],
            members: [("upstream", List(new OpenApiSchemaReference("Connection", document)))]));
        yield return ("SecondFactors", Object("The second factor of a person.", required:
            ["app_since", "recovery_codes_left", "demanded"], members:
        [
            ("app_since", NullableText("date-time", "Null: there is no authenticator app.")),
            ("recovery_codes_left", new OpenApiSchema { Type = JsonSchemaType.Integer }),
            ("demanded", Truth("The server wants a second factor of the person.")),
        ]));
        yield return ("Enrolment", Object("What an authenticator app needs.", required: ["secret", "address", "enrolment"], members:
        [
            ("secret", Text(description: "In base32.")), ("address", Text(description: "For a QR code (otpauth).")),
            ("enrolment", Text(description: "Comes back with the first code.")),
        ]));
        yield return ("EnrolmentProof", Request("The first code of an authenticator app.", required: ["enrolment", "code"], members:
        [
            ("enrolment", Text(description: "Of the answer before.")), ("code", Text(description: "Six digits.")),
            ("replace", Truth("The app that is there goes, with its recovery codes.")),
        ]));
        yield return ("FactorCode", Request("The proof that the person is there.", required: [], members:
            [("code", Text(description: "Of the app, or a recovery code. Not needed after a sign-in by passkey."))]));
        yield return ("RecoveryCodes", Object("Recovery codes, which are shown once.", required: ["recovery_codes"],
            members: [("recovery_codes", List(Text()))]));
        yield return ("Device", Object("A browser where no code is asked for.", required:
            ["id", "browser", "system", "user_agent", "created_at", "last_used_at", "expires_at"], members:
        [
            ("id", Text("uuid")), ("browser", NullableText(description: "As far as the User-Agent says.")),
            ("system", NullableText(description: "As far as the User-Agent says.")), ("user_agent", NullableText()),
            ("created_at", Text("date-time")), ("last_used_at", Text("date-time")), ("expires_at", Text("date-time")),
        ]));
        yield return ("Devices", Object("The devices of a person.", required: ["devices"],
            members: [("devices", List(new OpenApiSchemaReference("Device", document)))]));
    }

    // The words of another standard, which may get more members.
    private static OpenApiSchema Anything(string description) =>
        new() { Type = JsonSchemaType.Object, Description = description, AdditionalPropertiesAllowed = true };
}
