using AuthServer.Users.Profile;
using Microsoft.OpenApi;
using static AuthServer.Api.OpenApi.ApiSchemas;

namespace AuthServer.Api.OpenApi;

/// <summary>The bodies of requests and answers about one's own account, and of the sessions of any.</summary>
internal static class AccountSchemas
{
    public static IEnumerable<(string Name, OpenApiSchema Schema)> All(OpenApiDocument document)
    {
        yield return ("Profile", Object(
            "What a person says about themselves, in the words of OpenID Connect Core 5.1; a member without a value is missing.",
            required: [], members: ProfileMembers()));
        yield return ("ProfilePatch", Request(
            "What is to change (RFC 7396): a member that is left out stays as it is, null removes it, and `address` is replaced as a "
                + "whole.",
            required: [], members: ProfileMembers()));
        yield return ("PictureFile", Text("binary", "The bytes of the file."));
        yield return ("Picture", Object("Where the picture is.", required: ["picture"], members: [("picture", Text("uri"))]));
        yield return ("Theme", Object("How pages look.", required: ["theme"], members: [("theme", OneOf(["system", "light", "dark"]))]));
        yield return ("NewTheme", Request("How pages are to look.", required: ["theme"], members:
            [("theme", OneOf(["system", "light", "dark"]))]));
        yield return ("Language", Object("The language of pages and mails.", required: ["language", "languages"], members:
        [
            ("language", NullableText(description: "Null: that of the browser.")),
            ("languages", List(Text(description: "A tag, such as en or pt-BR (RFC 5646)."))),
        ]));
        yield return ("NewLanguage", Request("The language that pages and mails are to be in.", required: ["language"], members:
            [("language", NullableText(description: "One of `languages`; null: that of the browser."))]));
        yield return ("NewPassword", Request("A new password of one's own.", required: ["password"], members:
        [
            ("password", Password("The new password.")),
            ("current_password", Password("Left out: a sign-in less than five minutes ago is the proof.", true)),
        ]));
        yield return ("DeletionRequest", Request("The confirmation that one's own account is to be deleted.", required: ["email"], members:
            [("email", Text("email", "The e-mail address of the account, typed by the person."))]));
        yield return ("Deletion", Object("When the account will be deleted.", required: ["delete_after"],
            members: [("delete_after", Text("date-time"))]));
        yield return ("Session", Object("A session that stands.", required:
            ["id", "kind", "current", "client_id", "parent_id", "scopes", "created_at", "last_seen_at", "expires_at", "ip_address",
                "user_agent", "browser", "system", "place"], members:
        [
            ("id", Text("uuid")), ("kind", OneOf(["browser", "app"])), ("current", Truth("It is the one that asks.")),
            ("client_id", NullableText(description: "Null for a browser session.")),
            ("parent_id", NullableText("uuid", "The browser session that an app was opened from.")), ("scopes", List(Text())),
            ("created_at", NullableText("date-time")), ("last_seen_at", NullableText("date-time")), ("expires_at", Text("date-time")),
            ("ip_address", NullableText()), ("user_agent", NullableText()),
            ("browser", NullableText(description: "As far as the User-Agent says.")),
            ("system", NullableText(description: "As far as the User-Agent says.")),
            ("place", NullableText(description: "Where the address is, as far as `GEOIP_DATABASE` says; in English.")),
        ]));
        yield return ("Sessions", Object("The sessions of a person, the one used last first; at most 500.", required: ["sessions"],
            members: [("sessions", List(new OpenApiSchemaReference("Session", document)))]));
        yield return ("App", Object("An app that uses an account.", required:
            ["client_id", "name", "scopes", "claims", "resources", "since", "ends_at", "last_used_at", "sessions"], members:
        [
            ("client_id", Text()), ("name", Text()), ("scopes", List(Text())),
            ("claims", List(Text())), ("resources", List(Text())), ("since", NullableText("date-time")),
            ("ends_at", NullableText("date-time", "When its access ends by itself, where it does.")),
            ("last_used_at", NullableText("date-time")),
            ("sessions", new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "How many sessions it has." }),
        ]));
        yield return ("Apps", Object("The apps that use an account, by name.", required: ["apps"],
            members: [("apps", List(new OpenApiSchemaReference("App", document)))]));
        yield return ("Event", Object("A row of the audit trail.", required:
            ["id", "occurred_at", "kind", "by_person", "client_id", "session_id", "ip_address", "user_agent", "detail"], members:
        [
            ("id", Text("uuid")), ("occurred_at", Text("date-time")), ("kind", Text()),
            ("by_person", Truth("The person did it themselves; otherwise session, address and user agent are not told.")),
            ("client_id", NullableText()), ("session_id", NullableText("uuid")),
            ("ip_address", NullableText()), ("user_agent", NullableText()), ("detail", NullableText()),
        ]));
        yield return ("Events", Object("A page of events, the latest first.", required: ["events"],
            members: [("events", List(new OpenApiSchemaReference("Event", document)))]));
    }

    private static IEnumerable<(string Name, OpenApiSchema Schema)> ProfileMembers() =>
    [
        .. OwnProfile.Members.Except(OwnProfile.AddressMembers).Select(m => (m, NullableText())),
        ("address", new OpenApiSchema
        {
            Type = JsonSchemaType.Object | JsonSchemaType.Null,
            AdditionalPropertiesAllowed = false,
            Properties = OwnProfile.AddressMembers.ToDictionary(m => m, IOpenApiSchema (_) => NullableText()),
        }),
    ];
}
