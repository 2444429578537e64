using AuthServer.Clients.Registration;
using Microsoft.OpenApi;
using static AuthServer.Api.OpenApi.ApiSchemas;

namespace AuthServer.Api.OpenApi;

/// <summary>The bodies of requests and answers about initial access tokens.</summary>
internal static class RegistrationTokenSchemas
{
    public static IEnumerable<(string Name, OpenApiSchema Schema)> All(OpenApiDocument document)
    {
        yield return ("RegistrationToken", Object("A token with which clients register themselves.",
            required: ["id", "uses_left", "created_at", "expires_at", "note"], members:
        [
            ("id", Text("uuid")),
            ("uses_left", new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "How many clients it can still register." }),
            ("created_at", Text("date-time")), ("expires_at", Text("date-time")), ("note", NullableText()),
            ("token", Text(description: "The token itself, in the answer that makes it alone: its hash is stored.")),
        ]));
        yield return ("RegistrationTokens", Object("The tokens that are valid.", required: ["registration_tokens"],
            members: [("registration_tokens", List(new OpenApiSchemaReference("RegistrationToken", document)))]));
        yield return ("NewRegistrationToken", Request("What a token is to be good for.", required: [], members:
        [
            ("uses", Nullable(Number(1, InitialTokens.MostUses, 1))),
            ("expires_in_seconds", Nullable(Number(
                (int)InitialTokens.ShortestLife.TotalSeconds, (int)InitialTokens.LongestLife.TotalSeconds,
                (int)InitialTokens.UsualLife.TotalSeconds))),
            ("note", NullableText(description: $"For operators; at most {InitialTokens.LongestNote} characters are kept.")),
        ]));
    }

    private static OpenApiSchema Nullable(OpenApiSchema schema)
    {
        schema.Type |= JsonSchemaType.Null;
        return schema;
    }
}
