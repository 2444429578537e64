using System.Text.Json;

namespace AuthServer.LoadTests.Contenders;

/// <summary>The seed file of our server with the cast of a run.</summary>
internal static class SeedFile
{
    public static void Write(string path, int people, string issuer)
    {
        var file = new
        {
            scopes = new[] { new { name = Cast.MachineScope, description = "Read your notes", resources = new[] { Cast.Api } } },
            clients = new object[]
            {
                new
                {
                    client_id = Cast.Machine.Id, client_secret = Cast.Machine.Secret, token_endpoint_auth_method = "client_secret_post",
                    grant_types = new[] { "client_credentials" }, scope = Cast.MachineScope,
                },
                App(Cast.App, "ES256", issuer),
                App(Cast.AppRs256, "RS256", issuer),
                new
                {
                    client_id = Cast.ResourceServer.Id, client_secret = Cast.ResourceServer.Secret,
                        token_endpoint_auth_method = "client_secret_post",
                    grant_types = Array.Empty<string>(), resources = new[] { Cast.Api },
                },
            },
            users = Enumerable.Range(0, people).Select(i => new
            {
                email = Cast.Email(i), password_hash = Cast.PasswordHash, first_name = "Load", last_name = "Person",
                roles = i == 0 ? new[] { "admin" } : [],
            }),
        };
        File.WriteAllText(path, JsonSerializer.Serialize(file));
    }

    private static object App(ClientAccount app, string algorithm, string issuer) => new
    {
        client_id = app.Id, client_secret = app.Secret, token_endpoint_auth_method = "client_secret_post",
        grant_types = new[] { "authorization_code", "refresh_token" }, redirect_uris = new[] { Cast.RedirectUri },
        scope = $"openid profile email offline_access users:read {Cast.MachineScope}", first_party = true, trusted = true,
            default_resources = new[] { issuer + "/v1", Cast.Api }, id_token_signed_response_alg = algorithm,
    };
}
