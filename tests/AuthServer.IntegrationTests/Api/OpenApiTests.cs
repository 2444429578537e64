using System.Net;
using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Protocol.Token.FirstParty;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Api;

/// <summary>The OpenAPI document says what the server does, and the reference page shows it.</summary>
public sealed class OpenApiTests(SqliteHost fixture) : IClassFixture<SqliteHost>
{
    private const string Document = "/v1/openapi.json";

    // Answered by the protocol's pipeline, which has no routes.
    private static readonly string[] Unrouted = ["POST /v1/auth/login", "POST /v1/auth/logout", "POST /v1/auth/refresh"];

    [Fact]
    public async Task Every_route_is_an_operation_and_every_operation_a_route()
    {
        var routes = fixture.Host.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(
                e =>
                    (Path: "/" + e.RoutePattern.RawText!.Trim('/'), Methods: e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods
                        ?? []))
            .Where(e => e.Path.StartsWith("/v1/", StringComparison.Ordinal) && !e.Path.StartsWith("/v1/docs", StringComparison.Ordinal)
                && e.Path != Document)
            .SelectMany(e => e.Methods.Where(m => m != "HEAD").Select(m => $"{m} {e.Path}"));
        Assert.Equal(
            routes.Concat(Unrouted).Distinct().Order(StringComparer.Ordinal), (await OperationsAsync()).Select(o => o.Name)
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_document_is_openapi_3_1_with_a_name_and_answers_for_every_operation()
    {
        var document = await fixture.Issuer.GetJsonAsync(Document);
        Assert.StartsWith("3.1.", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.Equal(fixture.Issuer.Text, document.GetProperty("servers")[0].GetProperty("url").GetString());
        var operations = await OperationsAsync();
        Assert.Equal(operations.Count, operations.Select(o => o.Json.GetProperty("operationId").GetString()).Distinct().Count());
        foreach (var (name, operation) in operations)
        {
            var responses = operation.GetProperty("responses").EnumerateObject().ToList();
            Assert.Contains(responses, r => r.Name[0] == '2');
            Assert.All(responses.Where(r => r.Name[0] is '4' or '5'), r => Assert.Equal(
                "#/components/schemas/Problem",
                r.Value.GetProperty("content").GetProperty("application/problem+json").GetProperty("schema").GetProperty("$ref")
                    .GetString()));
            Assert.True(operation.TryGetProperty("security", out _) == (name.Contains("/users", StringComparison.Ordinal)
                || name.Contains("/account", StringComparison.Ordinal)
                || name.Contains("/registration-tokens", StringComparison.Ordinal)
                || name.Contains("/auth/email/", StringComparison.Ordinal)
                || name.EndsWith("/logout", StringComparison.Ordinal)), name);
        }
    }

    [Fact]
    public async Task Every_reference_leads_to_a_schema()
    {
        var document = await fixture.Issuer.GetJsonAsync(Document);
        var schemas = document.GetProperty("components").GetProperty("schemas").EnumerateObject()
            .Select(s => "#/components/schemas/" + s.Name).ToList();
        var references = References(document).Distinct().ToList();
        Assert.Empty(references.Except(schemas));
        Assert.Empty(schemas.Except(references));
    }

    [Fact]
    public async Task The_schemas_have_the_members_that_the_server_writes_and_reads()
    {
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        var user = await carol.GetAsync("/v1/users/me");
        Assert.Equal(Members(user.Json), await SchemaAsync("User"));
        Assert.Equal(Members(user.Json), await RequiredAsync("User"));
        Assert.Equal(Members((await carol.GetAsync("/v1/users")).Json), await SchemaAsync("UserPage"));
        Assert.Equal(Members((await carol.GetAsync("/v1/account/sessions")).Json.GetProperty("sessions")[0]), await SchemaAsync("Session"));
        Assert.Equal(Members((await carol.GetAsync("/v1/account/apps")).Json.GetProperty("apps")[0]), await SchemaAsync("App"));
        Assert.Equal(Members((await carol.GetAsync("/v1/account/activity")).Json.GetProperty("events")[0]), await SchemaAsync("Event"));
        (await carol.PatchAsync("/v1/account/profile", await NullsAsync("ProfilePatch"), "*")).Expect(HttpStatusCode.OK);
        // What the schema has and the server does not know is a 400 that names it.
        (await carol.PostAsync("/v1/users", await NullsAsync("NewUser"))).Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        (await carol.PutAsync("/v1/users/me", await NullsAsync("UserChange"), "*"))
            .Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        (await carol.PatchAsync("/v1/users/me", await NullsAsync("UserPatch"), "*"))
            .Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        var problem = (await carol.PostAsync("/v1/auth/register", await NullsAsync("Registration")))
            .Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        // One of a second step alone.
        Assert.Equal(Members(problem.Json).Append("challenge").Order(), (await SchemaAsync("Problem")).Order());
    }

    [Fact]
    public async Task A_patch_is_described_with_its_media_types_and_the_header_of_its_refusal()
    {
        var patch = (await OperationsAsync()).Single(o => o.Name == "PATCH /v1/users/{id}").Json;
        Assert.Equal(
            ["application/merge-patch+json", "application/json"],
            Members(patch.GetProperty("requestBody").GetProperty("content")));
        Assert.Equal(
            ["Accept-Patch", "RateLimit", "RateLimit-Policy"],
            Members(patch.GetProperty("responses").GetProperty("415").GetProperty("headers")));
    }

    [Fact]
    public async Task The_schema_of_tokens_has_the_members_of_a_login()
    {
        var login = await new ApiCaller(fixture.Issuer).LoginAsync(Seed.Carol);
        Assert.Equal(Members(login.Json).Order(), (await SchemaAsync("Tokens")).Order());
        Assert.Equal("Bearer", login.Text("token_type"));
    }

    [Theory]
    [InlineData(typeof(LoginRequest), "Login")]
    [InlineData(typeof(LoginCodeRequest), "LoginCode")]
    [InlineData(typeof(RefreshRequest), "Refresh")]
    [InlineData(typeof(LogoutRequest), "Logout")]
    public async Task The_bodies_that_the_protocol_reads_have_the_members_of_their_schemas(Type body, string schema)
    {
        ArgumentNullException.ThrowIfNull(body);
        var parameters = body.GetConstructors().Single().GetParameters();
        Assert.Equal(parameters.Select(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name!)), await SchemaAsync(schema));
        Assert.Equal(parameters.Where(p => !p.HasDefaultValue).Select(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name!)),
            (await SchemaJsonAsync(schema)).TryGetProperty("required", out var required)
                ? required.EnumerateArray().Select(r => r.GetString()!)
                : []);
    }

    [Fact]
    public async Task Schemas_of_requests_are_closed_and_those_of_answers_open()
    {
        var schemas = (await fixture.Issuer.GetJsonAsync(Document)).GetProperty("components").GetProperty("schemas").EnumerateObject();
        Assert.Equal(
            ["ConfirmEmail", "ConfirmRegistration", "DeletionRequest", "EmailCode", "EnrolmentProof", "FactorCode", "ForgottenPassword",
                "Login", "LoginCode", "Logout", "NewEmail", "NewLanguage", "NewPasskey", "NewPassword", "NewRegistrationToken",
                "NewTheme", "NewUser", "PasskeyName", "ProfilePatch", "Refresh", "Registration", "ResetPassword", "UserChange",
                "UserPatch"],
            schemas.Where(s => s.Value.TryGetProperty("additionalProperties", out var more)
                && more.ValueKind == JsonValueKind.False).Select(s => s.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_reference_page_loads_nothing_from_elsewhere()
    {
        using var page = await fixture.Issuer.Http.GetAsync("/v1/docs/");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src 'self' 'unsafe", policy, StringComparison.Ordinal);
        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("cdn.", html, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith("<!DOCTYPE html>\n<html lang=\"en\"", html, StringComparison.Ordinal);
        using var other = await fixture.Issuer.Http.GetAsync("/signin");
        Assert.DoesNotContain("unsafe-inline", other.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    private async Task<List<(string Name, JsonElement Json)>> OperationsAsync() =>
        [.. from path in (await fixture.Issuer.GetJsonAsync(Document)).GetProperty("paths").EnumerateObject()
            from operation in path.Value.EnumerateObject()
            select ($"{operation.Name.ToUpperInvariant()} {path.Name}", operation.Value)];

    private async Task<JsonElement> SchemaJsonAsync(string name) =>
        (await fixture.Issuer.GetJsonAsync(Document)).GetProperty("components").GetProperty("schemas").GetProperty(name);

    private async Task<List<string>> SchemaAsync(string name) => Members((await SchemaJsonAsync(name)).GetProperty("properties"));

    private async Task<List<string>> RequiredAsync(string name) =>
        [.. (await SchemaJsonAsync(name)).GetProperty("required").EnumerateArray().Select(r => r.GetString()!)];

    private async Task<string> NullsAsync(string name) =>
        "{" + string.Join(',', (await SchemaAsync(name)).Select(m => $"\"{m}\":null")) + "}";

    private static List<string> Members(JsonElement json) => [.. json.EnumerateObject().Select(m => m.Name)];

    private static IEnumerable<string> References(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(m => m.Name == "$ref" ? [m.Value.GetString()!] : References(m.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
