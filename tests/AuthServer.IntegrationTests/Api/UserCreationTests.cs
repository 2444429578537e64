using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Api;

/// <summary>POST /v1/users: accounts that an admin makes.</summary>
public abstract class UserCreationTests(HostFixture fixture)
{
    private const string Users = "/v1/users";

    [Fact]
    public async Task An_admin_makes_an_account_with_everything()
    {
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        var made = (await carol.PostAsync(Users, new
        {
            email = "Full@example.test",
            password = "Orange-Kettle-19",
            first_name = "Full",
            last_name = "Member",
            email_verified = true,
            roles = new[] { "admin", "Admin" },
        })).Expect(HttpStatusCode.Created);
        Assert.Equal($"{fixture.Issuer.Text}{Users}/{made.Id}", made.Location);
        Assert.Equal("\"1\"", made.ETag);
        Assert.True(made.Json.GetProperty("email_verified").GetBoolean());
        Assert.Equal("[\"admin\"]", made.Json.GetProperty("roles").GetRawText());
        var full = await ApiClient.SignInAsync(fixture.Host, new Person("full@example.test", "Orange-Kettle-19"));
        (await full.GetAsync(Users)).Expect(HttpStatusCode.OK);
        var record = await fixture.Host.WithDatabaseAsync(db => db.AuditEvents.SingleAsync(e => e.Kind == "user.created"
            && e.SubjectId == Guid.Parse(made.Id)));
        Assert.Equal(((await carol.GetAsync(Users + "/me")).Id, "console"), (record.ActorId.ToString(), record.ClientId));
    }

    [Fact]
    public async Task An_account_without_a_password_or_disabled_signs_nobody_in()
    {
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        (await carol.PostAsync(Users, new { email = "bare@example.test" })).Expect(HttpStatusCode.Created);
        (await carol.PostAsync(Users, new { email = "off@example.test", password = "Orange-Kettle-19", disabled = true }))
            .Expect(HttpStatusCode.Created);
        foreach (var (email, password) in new[] { ("bare@example.test", "!"), ("off@example.test", "Orange-Kettle-19") })
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await fixture.Host.NewBrowser().SignInAsync(email, password)).Status);
        }
    }

    [Fact]
    public async Task What_is_wrong_is_refused_by_member()
    {
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        (await carol.PostAsync(Users, new { email = "BOB@example.test" })).Expect(HttpStatusCode.Conflict, "email-taken");
        var wrong = (
            await carol.PostAsync(
                Users, new { email = "no", password = "weak", first_name = new string('x', 101), roles = new[] { "emperor" } }))
            .Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        Assert.Equal(["email", "first_name", "password", "roles"], wrong.Members.Order());
        Assert.Equal(
            ["roles"], (await carol.PostAsync(Users, """{"email":"x@example.test","roles":[null]}"""))
                .Expect(HttpStatusCode.BadRequest, "invalid-request").Members);
        Assert.Equal(
            ["id"], (await carol.PostAsync(Users, new { email = "x@example.test", id = Guid.Empty }))
                .Expect(HttpStatusCode.BadRequest, "invalid-request").Members);
    }

    [Fact]
    public async Task Nobody_without_the_role_makes_accounts()
    {
        var bob = await ApiClient.SignInAsync(fixture.Host, Seed.Bob);
        (await bob.PostAsync(Users, new { email = "x@example.test" })).Expect(HttpStatusCode.Forbidden, "insufficient-scope");
        (await new ApiClient(fixture.Issuer).PostAsync(Users, new { email = "x@example.test" }))
            .Expect(HttpStatusCode.Unauthorized, "unauthorized");
    }
}

public sealed class UserCreationOnSqlite(SqliteHost fixture) : UserCreationTests(fixture), IClassFixture<SqliteHost>;

public sealed class UserCreationOnPostgres(PostgresHost fixture) : UserCreationTests(fixture), IClassFixture<PostgresHost>;
