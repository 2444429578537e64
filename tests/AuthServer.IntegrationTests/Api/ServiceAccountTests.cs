using System.Globalization;
using System.Net;
using System.Text;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Seeding;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Api;

/// <summary>/v1/users for clients that the operator has registered as service accounts: no person takes part.</summary>
public abstract class ServiceAccountTests(HostFixture fixture)
{
    private const string Users = "/v1/users";

    [Fact]
    public async Task A_service_account_manages_accounts_and_the_audit_trail_names_the_client_and_no_person()
    {
        var (name, client) = await RegisterAsync("users:read users:write");
        var made = (
            await client.PostAsync(Users, new { email = $"{name}@example.test", password = "Orange-Kettle-19", roles = new[] { "admin" } }))
            .Expect(HttpStatusCode.Created);
        var person = new Person($"{name}@example.test", "Orange-Kettle-19");
        var signedIn = await ApiClient.SignInAsync(fixture.Host, person);
        (await client.GetAsync(Users)).Expect(HttpStatusCode.OK);
        var read = (await client.GetAsync($"{Users}/{made.Id}")).Expect(HttpStatusCode.OK);
        var changed = (
            await client.PatchAsync(
                $"{Users}/{made.Id}", new { email = person.Email, first_name = "New", password = "Green-Kettle-20" }, read.ETag))
            .Expect(HttpStatusCode.OK);
        (await signedIn.GetAsync(Users + "/me")).Expect(HttpStatusCode.Unauthorized, "unauthorized");
        (
            await client.PatchAsync(
                $"{Users}/{made.Id}", new { email = person.Email, disabled = true, roles = Array.Empty<string>() }, changed.ETag))
            .Expect(HttpStatusCode.OK);
        (await client.DeleteAsync($"{Users}/{made.Id}")).Expect(HttpStatusCode.NoContent);

        var id = Guid.Parse(made.Id);
        var rows = await fixture.Host.WithDatabaseAsync(db => db.AuditEvents.Where(e => e.SubjectId == id
            && e.Kind != "session.opened").ToListAsync());
        Assert.Equal(
            ["session.ended", "user.created", "user.deleted", "user.disabled", "user.password_changed", "user.roles_changed",
                "user.updated"],
            rows.Select(e => e.Kind).Distinct().Order(StringComparer.Ordinal));
        // The end of a session names that session's client.
        Assert.All(rows, e => Assert.Equal((null, e.Kind == "session.ended"), (e.ActorId, e.ClientId != name)));
        Assert.All(rows.Where(e => e.Kind != "session.ended"), e => Assert.Null(e.SessionId));
        Assert.Equal("by a service account", rows.Single(e => e.Kind == "user.created").Detail);
    }

    [Fact]
    public async Task A_service_account_has_only_the_scopes_that_it_is_registered_for()
    {
        var (name, client) = await RegisterAsync("users:read");
        (await client.GetAsync(Users)).Expect(HttpStatusCode.OK);
        (await client.PostAsync(Users, new { email = "x@example.test" })).Expect(HttpStatusCode.Forbidden, "insufficient-scope");
        (await client.DeleteAsync($"{Users}/{Guid.CreateVersion7()}")).Expect(HttpStatusCode.Forbidden, "insufficient-scope");
        Assert.False((await AppOf(name).ClientCredentialsAsync("users:write")).IsOk);
        // What only a person can have stays out of reach.
        var (other, _) = await RegisterAsync("account:read users:read");
        Assert.Equal("users:read", (await AppOf(other).ClientCredentialsAsync("account:read users:read")).Text("scope"));
    }

    [Fact]
    public async Task A_client_that_is_no_service_account_gets_nothing()
    {
        var (name, client) = await RegisterAsync("users:read users:write", member: "");
        var token = await AppOf(name).ClientCredentialsAsync("users:read");
        Assert.DoesNotContain("users:", token.Text("scope") ?? "", StringComparison.Ordinal);
        (await client.GetAsync(Users)).Expect(HttpStatusCode.Unauthorized, "unauthorized");
        Assert.Equal(
            "invalid_target", (await AppOf(name).ClientCredentialsAsync("users:read", ("resource", fixture.Issuer.Text + "/v1"))).Error);
    }

    [Fact]
    public async Task The_right_ends_at_the_next_call_when_the_registration_loses_the_member_or_the_scope()
    {
        var (name, client) = await RegisterAsync("users:read users:write");
        (await client.GetAsync(Users)).Expect(HttpStatusCode.OK);
        await WriteAsync(name, "users:read", Member);
        (await client.PostAsync(Users, new { email = "x@example.test" })).Expect(HttpStatusCode.Forbidden, "insufficient-scope");
        await WriteAsync(name, "users:read users:write", member: "");
        (await client.GetAsync(Users)).Expect(HttpStatusCode.Unauthorized, "unauthorized");
        await WriteAsync(name, "users:read users:write", Member);
        (await client.GetAsync(Users)).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_service_account_has_no_account_of_its_own()
    {
        var (_, client) = await RegisterAsync("users:read users:write");
        (await client.GetAsync(Users + "/me")).Expect(HttpStatusCode.Forbidden, "forbidden");
        (await client.PutAsync(Users + "/me", new { email = "x@example.test" }, "\"1\"")).Expect(HttpStatusCode.Forbidden, "forbidden");
        (await client.PatchAsync(Users + "/me", new { first_name = "x" }, "\"1\"")).Expect(HttpStatusCode.Forbidden, "forbidden");
        (await client.DeleteAsync(Users + "/me")).Expect(HttpStatusCode.Forbidden, "forbidden");
        (await client.GetAsync($"{Users}/{Guid.CreateVersion7()}")).Expect(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task Each_service_account_has_its_own_hourly_budget_and_idempotency_keys()
    {
        var ((oneName, one), (otherName, other)) = (
            await RegisterAsync("users:read users:write"), await RegisterAsync("users:read users:write"));
        var (first, second, others) = (Left(await one.GetAsync(Users)), Left(await one.GetAsync(Users)), Left(await other.GetAsync(Users)));
        Assert.Equal((first - 1, first), (second, others));

        var body = new { email = $"{oneName}-made@example.test" };
        (await one.PostAsync(Users, body, ("Idempotency-Key", "k1"))).Expect(HttpStatusCode.Created);
        Assert.Equal("true", (await one.PostAsync(Users, body, ("Idempotency-Key", "k1"))).Header("Idempotent-Replayed"));
        (await other.PostAsync(Users, new { email = $"{otherName}-made@example.test" }, ("Idempotency-Key", "k1")))
            .Expect(HttpStatusCode.Created);
    }

    private const string Member = "\"service_account\": true,";

    private static int Left(ApiAnswer answer) =>
        int.Parse(answer.Expect(HttpStatusCode.OK).Header("RateLimit")!.Split("r=")[1].Split(';')[0], CultureInfo.InvariantCulture);

    private ClientApp AppOf(string name) => new(fixture.Issuer, name, "7c41e0b9d25f836a7c41e0b9d25f836b", "");

    /// <summary>A new client with a token of its own.</summary>
    private async Task<(string Name, ApiClient Client)> RegisterAsync(string scope, string member = Member)
    {
        var name = $"service-{Guid.CreateVersion7():N}";
        await WriteAsync(name, scope, member);
        return (name, new ApiClient(fixture.Issuer, (await AppOf(name).ClientCredentialsAsync()).AccessToken));
    }

    private async Task WriteAsync(string name, string scope, string member)
    {
        var file = $$"""
            { "clients": [{ "client_id": "{{name}}", "client_secret": "7c41e0b9d25f836a7c41e0b9d25f836b", {{member}}
              "grant_types": ["client_credentials"], "scope": "{{scope}}" }] }
            """;
        await using var services = fixture.Host.Services.CreateAsyncScope();
        Assert.IsType<SeedOutcome.Applied>(
            await services.ServiceProvider.GetRequiredService<SeedRun>()
                .ApplyAsync(Encoding.UTF8.GetBytes(file), SeedRequest.Usual, default));
    }
}

public sealed class ServiceAccountsOnSqlite(SqliteHost fixture) : ServiceAccountTests(fixture), IClassFixture<SqliteHost>;

public sealed class ServiceAccountsOnPostgres(PostgresHost fixture) : ServiceAccountTests(fixture), IClassFixture<PostgresHost>;
