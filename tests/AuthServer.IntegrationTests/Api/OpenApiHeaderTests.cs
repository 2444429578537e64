using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Api;

/// <summary>The OpenAPI document names what an answer has in its headers.</summary>
public sealed class OpenApiHeaderTests(SqliteHost fixture) : IClassFixture<SqliteHost>
{
    /// <summary>Of every answer of the server, whatever it is about, or of its body.</summary>
    private static readonly string[] Everywhere =
    [
        "Cache-Control", "Content-Length", "Content-Security-Policy", "Content-Type", "Cross-Origin-Resource-Policy", "Permissions-Policy",
        "Pragma", "Referrer-Policy", "Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options",
        "x-fapi-interaction-id",
    ];

    [Fact]
    public async Task An_answer_has_no_header_that_its_operation_does_not_name()
    {
        var document = (await fixture.Issuer.GetJsonAsync("/v1/openapi.json")).GetProperty("paths");
        var (api, me) = (await ApiClient.SignInAsync(fixture.Host, Seed.Carol), "/v1/users/{id}");
        var login = await new ApiCaller(fixture.Issuer).LoginAsync(Seed.Bob, new { scope = "account:read account:write" });
        Named(login, "post /v1/auth/login", "Device-Token");
        var bob = new ApiClient(fixture.Issuer, login.AccessToken);
        var password = new { password = "Purple-Teapot-84", current_password = Seed.Bob.Password };
        Named(
            await bob.SendAsync(HttpMethod.Put, "/v1/account/password", password, ("Device-Token", login.Header("Device-Token")!)),
            "put /v1/account/password", "Device-Token");
        var read = await bob.GetAsync("/v1/users/me");
        Named(read, "get " + me, "ETag");
        Named(await bob.GetAsync("/v1/users/me", ("If-None-Match", read.ETag)), "get " + me, "ETag");
        Named(
            await bob.PatchAsync("/v1/users/me", new { password = "Yellow-Teapot-85", current_password = "Purple-Teapot-84" }, read.ETag),
            "patch " + me, "Device-Token", "ETag");
        Named(await new ApiClient(fixture.Issuer, "x").GetAsync("/v1/users/me"), "get " + me, "WWW-Authenticate");
        Named(await bob.GetAsync("/v1/account/export"), "get /v1/account/export", "Content-Disposition");
        Named(await api.GetAsync("/v1/users?limit=1"), "get /v1/users", "Link");
        Named(await api.GetAsync("/v1/account/activity?limit=1"), "get /v1/account/activity");
        var asked = new { email = "headers@example.test", password = "Orange-Kettle-19", first_name = "H", last_name = "H" };
        Named(await api.PostAsync("/v1/users", asked, ("Idempotency-Key", "h1")), "post /v1/users", "ETag", "Location");
        Named(await api.PostAsync("/v1/users", asked, ("Idempotency-Key", "h1")), "post /v1/users", "Idempotent-Replayed");
        Named(await api.PatchAsync("/v1/users/me", "[]", null), "patch " + me);

        void Named(ApiAnswer answer, string operation, params string[] expected)
        {
            var (method, path) = (operation.Split(' ')[0], operation.Split(' ')[1]);
            var response = document.GetProperty(path).GetProperty(method).GetProperty("responses").GetProperty($"{(int)answer.Status}");
            var named = response.TryGetProperty("headers", out var headers) ? headers.EnumerateObject().Select(h => h.Name).ToList() : [];
            var written = answer.Headers.Concat(answer.ContentHeaders).Select(h => h.Key).Except(Everywhere).ToList();
            Assert.True(written.TrueForAll(named.Contains), $"{operation}: {string.Join(", ", written.Except(named))} of {answer}");
            Assert.All(expected, name => Assert.Contains(name, written));
        }
    }

    [Fact]
    public async Task Each_operation_that_takes_a_bound_token_names_the_proof_and_the_nonce()
    {
        var paths = (await fixture.Issuer.GetJsonAsync("/v1/openapi.json")).GetProperty("paths").EnumerateObject();
        foreach (var operation in paths.SelectMany(p => p.Value.EnumerateObject()).Select(o => o.Value))
        {
            var takes = operation.TryGetProperty("security", out _)
                || operation.GetProperty("operationId").GetString() is "login" or "refresh";
            Assert.Equal(takes, operation.TryGetProperty("parameters", out var parameters)
                && parameters.EnumerateArray().Any(p => p.GetProperty("name").GetString() == "DPoP"));
            var refused = operation.GetProperty("responses").TryGetProperty("401", out var answer) ? answer : default;
            Assert.Equal(
                takes, refused.ValueKind == JsonValueKind.Object && refused.GetProperty("headers").TryGetProperty("DPoP-Nonce", out _));
        }
    }
}
