using System.Text.Json.Nodes;
using AuthServer.Users.EmailAddresses;
using AuthServer.Users.Profile;
using Microsoft.OpenApi;

namespace AuthServer.Api.OpenApi;

/// <summary>The bodies of requests and answers. A test holds them against what the server reads and writes.</summary>
internal static class ApiSchemas
{
    public static IEnumerable<(string Name, OpenApiSchema Schema)> All(OpenApiDocument document)
    {
        yield return ("User", Object("An account.", required: UserMembers, members:
        [
            ("id", Text("uuid")), ("email", Text("email")), ("email_verified", Truth()), ("first_name", NullableText()),
                ("last_name", NullableText()),
            ("created_at", NullableText("date-time")), ("updated_at", NullableText("date-time")),
                ("disabled", Truth("The person may not sign in.")),
            ("delete_after", NullableText("date-time", "The person wants the account deleted, and it will be from then.")),
            ("roles", List(Text())),
        ]));
        yield return ("UserPage", Object("A page of accounts.", required: ["users"], members:
            [("users", List(new OpenApiSchemaReference("User", document)))]));
        yield return ("NewUser", Request("An account as an admin describes it.", required: ["email"], members:
        [
            ("email", Email()), ("password", Password("Without one the account cannot be signed in to by password.", true)),
            ("password_hash", NullableText(description: "Instead of a password: its hash, in a form of docs/migrating.md.")),
            ("first_name", Name()), ("last_name", Name()), ("email_verified", NullableTruth()), ("disabled", NullableTruth()),
                ("roles", NullableList()),
        ]));
        yield return ("UserChange", Request(
            "The account as it is to be: a name that is left out is removed. Who may write the members for admins sends all three of them. "
                + "`password` and `current_password` are no part of the account and stand where they are needed.",
            required: ["email"], members: ChangeMembers()));
        yield return ("UserPatch", Request(
            "What is to change (RFC 7396): a member that is left out stays as it is, and null removes a name, all roles, or a yes.",
            required: [], members: ChangeMembers()));
        foreach (var schema in AccountSchemas.All(document)) yield return schema;
        foreach (var schema in FactorSchemas.All(document)) yield return schema;
        yield return ("Registration", Request("A person who wants an account.", required: ["email"], members:
        [
            ("email", Email()),
            ("password", Password("At least 8 characters, not easy to guess. Left out where nobody signs in with one.", true)),
            ("first_name", Name()), ("last_name", Name()),
        ]));
        foreach (var schema in RecoverySchemas.All(document)) yield return schema;
        foreach (var schema in RegistrationTokenSchemas.All(document)) yield return schema;
        yield return ("Login", Request("E-mail address and password of a person.", required: ["email", "password"], members:
        [
            ("email", Email()), ("password", Password()),
                ("client_id", NullableText(description: "Left out: the built-in first-party client.")),
            ("refresh_cookie", Truth("true: the refresh token travels in an HttpOnly cookie, and not in the answer.")),
            ("scope", NullableText(
                description:
                    "The scopes of the session. Left out: those of the client, without account:write, users:read and users:write.")),
        ]));
        yield return ("LoginCode", Request(
            "The second step of a login, or one with the code of a mail.", required: ["challenge", "code"], members:
        [
            ("challenge", Text(description: "Of the answer to the first step, or to what sent the mail.")),
            ("code", Text(description: "Of the authenticator app, a recovery code, or the one of the mail.")),
            ("client_id", NullableText(description: "As in the first step.")),
            ("refresh_cookie", Truth("As in the first step.")),
        ]));
        yield return ("Refresh", Request("A refresh token.", required: [], members:
        [
            ("refresh_token", NullableText(description: "Left out: the one of the refresh cookie.")), ("client_id", NullableText()),
            ("scope", NullableText(description: "Fewer scopes for the new access token.")),
        ]));
        yield return ("Logout", Request("What names the session, where no access token does.", required: [], members:
            [("refresh_token", NullableText(description: "Left out: the access token of the header, or the refresh cookie.")),
                ("client_id", NullableText())]));
        yield return ("Tokens", Object("Tokens of a session.", required: ["access_token", "token_type", "expires_in"], members:
        [
            ("access_token", Text()), ("token_type", OneOf(["Bearer"])),
                ("expires_in", new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "Seconds." }),
            ("refresh_token", Text(description: "Missing in cookie mode.")),
                ("scope", Text(description: "Missing where it is what was asked for.")),
        ]));
        yield return ("Problem", Object("RFC 9457.", required: ["type", "title", "status", "detail", "reference"], members:
        [
            ("type", Text(description: "urn:authplatform:problem: and a word for programs.")), ("title", Text()),
            ("status", new OpenApiSchema { Type = JsonSchemaType.Integer }), ("detail", Text(description: "What to do.")),
            ("errors", new OpenApiSchema
            {
                Type = JsonSchemaType.Object, AdditionalProperties = List(Text()),
                    Description = "What is wrong with each member or parameter.",
            }),
            ("challenge", Text(description: "What the next step of a login sends back; with second-factor-required alone.")),
            ("reference", Text(description: "Finds the log entry.")),
        ]));
    }

    private static readonly string[] UserMembers = ["id", "email", "email_verified", "first_name", "last_name", "created_at", "updated_at",
        "disabled", "delete_after", "roles"];

    private static IEnumerable<(string Name, OpenApiSchema Schema)> ChangeMembers() =>
    [
        ("email", Email()), ("first_name", Name()), ("last_name", Name()), ("password", Password("The new password.", true)),
        ("current_password", Password(
            "Needed for a change of one's own e-mail address or password more than five minutes after the sign-in.", true)),
        ("email_verified", NullableTruth("For admins.")), ("disabled", NullableTruth("For admins.")),
        ("roles", NullableList("For admins.")),
    ];

    public static OpenApiSchema Text(string? format = null, string? description = null) =>
        new() { Type = JsonSchemaType.String, Format = format, Description = description };

    public static OpenApiSchema OneOf(IEnumerable<string> values) =>
        new() { Type = JsonSchemaType.String, Enum = [.. values.Select(JsonNode (v) => JsonValue.Create(v))] };

    public static OpenApiSchema Number(int least, int most, int usual) => new()
    {
        Type = JsonSchemaType.Integer,
        Minimum = least.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Maximum = most.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Default = JsonValue.Create(usual),
    };

    internal static OpenApiSchema NullableText(string? format = null, string? description = null) =>
        new() { Type = JsonSchemaType.String | JsonSchemaType.Null, Format = format, Description = description };

    private static OpenApiSchema Email() => new() { Type = JsonSchemaType.String, Format = "email", MaxLength = EmailAddress.MaxLength };

    private static OpenApiSchema Name() => new() { Type = JsonSchemaType.String | JsonSchemaType.Null, MaxLength = PersonName.MaxLength };

    internal static OpenApiSchema Password(string? description = null, bool nullable = false) => new()
    {
        Type = nullable
            ? JsonSchemaType.String | JsonSchemaType.Null
            : JsonSchemaType.String, Format = "password", Description = description,
    };

    internal static OpenApiSchema Truth(string? description = null) => new() { Type = JsonSchemaType.Boolean, Description = description };

    internal static OpenApiSchema NullableTruth(string? description = null) =>
        new() { Type = JsonSchemaType.Boolean | JsonSchemaType.Null, Description = description };

    internal static OpenApiSchema List(IOpenApiSchema items) => new() { Type = JsonSchemaType.Array, Items = items };

    private static OpenApiSchema NullableList(string? description = null) =>
        new() { Type = JsonSchemaType.Array | JsonSchemaType.Null, Items = Text(), Description = description };

    internal static OpenApiSchema Object(
        string description, IEnumerable<string> required, IEnumerable<(string Name, OpenApiSchema Schema)> members) => new()
    {
        Type = JsonSchemaType.Object,
        Description = description,
        Required = required.ToHashSet(),
        Properties = members.ToDictionary(m => m.Name, IOpenApiSchema (m) => m.Schema),
    };

    // What a request does not know is refused.
    internal static OpenApiSchema Request(
        string description, IEnumerable<string> required, IEnumerable<(string Name, OpenApiSchema Schema)> members)
    {
        var schema = Object(description, required, members);
        schema.AdditionalPropertiesAllowed = false;
        return schema;
    }
}
