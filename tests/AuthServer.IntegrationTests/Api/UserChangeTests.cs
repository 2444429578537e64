using System.Net;
using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Api;

/// <summary>PUT and DELETE /v1/users/{id}.</summary>
public abstract class UserChangeTests(HostFixture fixture)
{
    private const string Users = "/v1/users";
    private const string Me = Users + "/me";

    [Fact]
    public async Task A_person_changes_their_name_and_the_version_moves()
    {
        var (person, me) = await NewPersonAsync();
        var read = await me.GetAsync(Me);
        var changed = (await me.PutAsync(Me, new { email = person.Email, first_name = "Nova" }, read.ETag)).Expect(HttpStatusCode.OK);
        Assert.Equal("\"2\"", changed.ETag);
        Assert.Equal(
            ("Nova", JsonValueKind.Null),
                (changed.Json.GetProperty("first_name").GetString(), changed.Json.GetProperty("last_name").ValueKind));
        Assert.Equal(changed.Body, (await me.GetAsync(Me)).Body);
        Assert.Equal(["user.updated first_name last_name"], await RecordsAsync(read.Id, "user.updated"));
    }

    [Fact]
    public async Task A_change_needs_the_version_that_was_read()
    {
        var (person, me) = await NewPersonAsync();
        var body = new { email = person.Email };
        (await me.PutAsync(Me, body, null)).Expect((HttpStatusCode)428, "precondition-required");
        foreach (var other in new[] { "\"7\"", "W/\"7\"", "\"11\"", "1", "\"1", "\"1-zip\"", "\"1gzip\"", "\"gzip\"", "\"-gzip\"" })
        {
            (await me.PutAsync(Me, body, other)).Expect(HttpStatusCode.PreconditionFailed, "precondition-failed");
        }
        (await me.PutAsync(Me, body, "\"7\", \"1\"")).Expect(HttpStatusCode.OK);
        (await me.PutAsync(Me, body, "*")).Expect(HttpStatusCode.OK);
        (await me.PutAsync(Me, body, "\"1\"")).Expect(HttpStatusCode.PreconditionFailed, "precondition-failed");
    }

    [Theory]
    [InlineData("W/\"{0}\"")]
    [InlineData("\"{0}-gzip\"")]
    [InlineData("\"{0}--gzip\"")]
    [InlineData("\"{0};gzip\"")]
    [InlineData("\"{0}-br\"")]
    [InlineData("\"{0}-zstd\"")]
    [InlineData("W/\"{0}-gzip\"")]
    public async Task A_version_that_a_compressing_proxy_has_marked_is_still_that_version(string form)
    {
        string Marked(string etag) => string.Format(null, form, etag.Trim('"'));
        var (person, me) = await NewPersonAsync();
        var read = await me.GetAsync(Me);
        (await me.GetAsync(Me, ("If-None-Match", Marked(read.ETag)))).Expect(HttpStatusCode.NotModified);
        var put = (await me.PutAsync(Me, new { email = person.Email }, Marked(read.ETag))).Expect(HttpStatusCode.OK);
        (await me.GetAsync(Me, ("If-None-Match", Marked(read.ETag)))).Expect(HttpStatusCode.OK);
        var patched = (await me.PatchAsync(Me, new { first_name = "New" }, Marked(put.ETag))).Expect(HttpStatusCode.OK);
        (await me.PatchAsync(Me, new { first_name = "Newer" }, Marked(put.ETag)))
            .Expect(HttpStatusCode.PreconditionFailed, "precondition-failed");
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        (await carol.DeleteAsync($"{Users}/{read.Id}", Marked(put.ETag))).Expect(HttpStatusCode.PreconditionFailed, "precondition-failed");
        (await carol.DeleteAsync($"{Users}/{read.Id}", Marked(patched.ETag))).Expect(HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData("disabled", false)]
    [InlineData("email_verified", true)]
    [InlineData("roles", new[] { "admin" })]
    public async Task Nobody_lifts_their_own_rights(string member, object value)
    {
        var (person, me) = await NewPersonAsync();
        var body = new Dictionary<string, object> { ["email"] = person.Email, [member] = value };
        Assert.Equal([member], (await me.PutAsync(Me, body, "\"1\"")).Expect(HttpStatusCode.Forbidden, "forbidden").Members);
        Assert.Equal("\"1\"", (await me.GetAsync(Me)).ETag);
    }

    [Theory]
    [InlineData("id")]
    [InlineData("created_at")]
    [InlineData("version")]
    [InlineData("password_hash")]
    [InlineData("security_stamp")]
    [InlineData("claims")]
    public async Task Members_that_are_not_described_are_refused(string member)
    {
        var (person, me) = await NewPersonAsync();
        var body = new Dictionary<string, object> { ["email"] = person.Email, [member] = "x" };
        Assert.Equal([member], (await me.PutAsync(Me, body, "\"1\"")).Expect(HttpStatusCode.BadRequest, "invalid-request").Members);
    }

    [Fact]
    public async Task An_app_of_somebody_else_changes_nothing_whatever_its_scopes()
    {
        var app = Seed.Directory(fixture.Issuer);
        var alice = await ApiClient.SignInAsync(fixture.Host, app, Seed.Alice, "openid account:read");
        var read = (await alice.GetAsync(Me)).Expect(HttpStatusCode.OK);
        (await alice.PutAsync(Me, new { email = Seed.Alice.Email }, read.ETag)).Expect(HttpStatusCode.Forbidden, "insufficient-scope");
        var carol = await ApiClient.SignInAsync(fixture.Host, app, Seed.Carol, "openid users:read users:write account:read");
        (await carol.GetAsync(Users)).Expect(HttpStatusCode.OK);
        (await carol.PatchAsync($"{Users}/{read.Id}", new { email = Seed.Alice.Email }, read.ETag))
            .Expect(HttpStatusCode.Forbidden, "forbidden");
        (await carol.DeleteAsync($"{Users}/{read.Id}")).Expect(HttpStatusCode.Forbidden, "forbidden");
        (await carol.PostAsync(Users, new { email = "new@example.test" })).Expect(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task A_client_that_is_no_longer_first_party_changes_nothing_with_the_tokens_it_has()
    {
        await using var host = await AuthServerHost.StartAsync(new HostSetup(fixture.Host.Database.Kind) { Time = fixture.Time });
        var (person, me) = await NewPersonAsync(host);
        (await me.PutAsync(Me, new { email = person.Email, first_name = "Still" }, "*")).Expect(HttpStatusCode.OK);
        await host.WithDatabaseAsync(async db =>
        {
            var client = await db.Clients.SingleAsync(c => c.ClientId == "console");
            client.Properties = client.Properties!.Replace("\"first_party\":true", "\"first_party\":false", StringComparison.Ordinal);
            return await db.SaveChangesAsync();
        });
        fixture.Time.Advance(TimeSpan.FromSeconds(11));
        (await me.PutAsync(Me, new { email = person.Email, first_name = "Other" }, "*")).Expect(HttpStatusCode.Forbidden, "forbidden");
        (await me.GetAsync(Me)).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Somebody_elses_account_is_out_of_reach()
    {
        var (_, me) = await NewPersonAsync();
        var bob = await (await ApiClient.SignInAsync(fixture.Host, Seed.Bob)).GetAsync(Me);
        foreach (var id in new[] { bob.Id, Guid.CreateVersion7().ToString() })
        {
            (await me.PutAsync($"{Users}/{id}", new { email = "x@example.test" }, "*"))
                .Expect(HttpStatusCode.Forbidden, "insufficient-scope");
            (await me.DeleteAsync($"{Users}/{id}")).Expect(HttpStatusCode.Forbidden, "insufficient-scope");
        }
    }

    [Fact]
    public async Task A_new_email_of_ones_own_needs_proof_and_is_not_verified()
    {
        var (person, me) = await NewPersonAsync();
        await fixture.Host.WithDatabaseAsync(
            db => db.Users.Where(u => u.Email == person.Email).ExecuteUpdateAsync(u => u.SetProperty(x => x.EmailConfirmed, true)));
        fixture.Time.Advance(TimeSpan.FromMinutes(6));
        var email = "moved-" + person.Email;
        (await me.PutAsync(Me, new { email }, "*")).Expect(HttpStatusCode.Forbidden, "reauthentication-required");
        var wrong = (await me.PutAsync(Me, new { email, current_password = "Not-The-Password-1" }, "*"))
            .Expect(HttpStatusCode.Forbidden, "reauthentication-required");
        Assert.Equal(["current_password"], wrong.Members);
        var changed = (await me.PutAsync(Me, new { email, current_password = person.Password }, "*")).Expect(HttpStatusCode.OK);
        Assert.False(changed.Json.GetProperty("email_verified").GetBoolean());
        (await me.PutAsync(Me, new { email = "ALICE@example.test", current_password = person.Password }, "*"))
            .Expect(HttpStatusCode.Conflict, "email-taken");
        await ApiClient.SignInAsync(fixture.Host, person with { Email = email });
    }

    [Fact]
    public async Task A_recent_sign_in_is_proof_enough()
    {
        var (person, me) = await NewPersonAsync();
        (await me.PutAsync(Me, new { email = "recent-" + person.Email }, "*")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_new_password_ends_every_other_session_and_the_calling_one_goes_on()
    {
        var (person, me) = await NewPersonAsync();
        var other = await ApiClient.SignInAsync(fixture.Host, person);
        var id = (await other.GetAsync(Me)).Id;
        var weak = (await me.PutAsync(Me, new { email = person.Email, password = "password" }, "*"))
            .Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        Assert.Equal(["password"], weak.Members);
        (await me.PutAsync(Me, new { email = person.Email, password = "Violet-Harbour-77", current_password = person.Password }, "*"))
            .Expect(HttpStatusCode.OK);
        (await me.GetAsync(Me)).Expect(HttpStatusCode.OK);
        (await other.GetAsync(Me)).Expect(HttpStatusCode.Unauthorized, "unauthorized");
        // Its browser session, and the browser and client session of the other sign-in.
        Assert.Equal(3, (await RecordsAsync(id, "session.ended")).Count(r => r == "session.ended password changed"));
        Assert.Equal(["user.password_changed password"], await RecordsAsync(id, "user.password_changed"));
        await ApiClient.SignInAsync(fixture.Host, person with { Password = "Violet-Harbour-77" });
    }

    [Fact]
    public async Task Wrong_current_passwords_make_the_session_wait_and_do_not_keep_the_person_from_signing_in_elsewhere()
    {
        await using var host = await AuthServerHost.StartAsync(new HostSetup(fixture.Host.Database.Kind)
        {
            Settings = new Dictionary<string, string> { ["SIGNIN_FAILURES_PER_ACCOUNT"] = "3" },
        });
        var bob = await ApiClient.SignInAsync(host, Seed.Bob);
        var body = new { email = Seed.Bob.Email, password = "Violet-Harbour-77", current_password = "Not-The-Password-1" };
        for (var i = 0; i < 3; i++) (await bob.PutAsync(Me, body, "*")).Expect(HttpStatusCode.Forbidden, "reauthentication-required");
        var last = (await bob.PutAsync(Me, body, "*")).Expect(HttpStatusCode.TooManyRequests, "too-many-requests");
        Assert.NotNull(last.Headers.RetryAfter);
        var page = await host.NewBrowser().SignInAsync(Seed.Bob);
        Assert.Equal("/", page.Address.AbsolutePath);
    }

    [Fact]
    public async Task An_admin_disables_and_enables_an_account()
    {
        var (person, me) = await NewPersonAsync();
        var id = (await me.GetAsync(Me)).Id;
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        var off = (await carol.PatchAsync($"{Users}/{id}", new { email = person.Email, disabled = true }, "\"1\""))
            .Expect(HttpStatusCode.OK);
        Assert.True(off.Json.GetProperty("disabled").GetBoolean());
        (await me.GetAsync(Me)).Expect(HttpStatusCode.Unauthorized, "unauthorized");
        var on = (await carol.PatchAsync($"{Users}/{id}", new { email = person.Email, disabled = false, email_verified = true }, off.ETag))
            .Expect(HttpStatusCode.OK);
        Assert.True(on.Json.GetProperty("email_verified").GetBoolean());
        // What has ended stays ended.
        (await me.GetAsync(Me)).Expect(HttpStatusCode.Unauthorized, "unauthorized");
        await ApiClient.SignInAsync(fixture.Host, person);
        Assert.Equal(["user.disabled disabled"], await RecordsAsync(id, "user.disabled"));
        Assert.Equal(["user.enabled disabled"], await RecordsAsync(id, "user.enabled"));
        var record = await fixture.Host.WithDatabaseAsync(db => db.AuditEvents.SingleAsync(e => e.Kind == "user.disabled"
            && e.SubjectId == Guid.Parse(id)));
        Assert.Equal((await carol.GetAsync(Me)).Id, record.ActorId.ToString());
    }

    [Fact]
    public async Task A_role_that_is_taken_away_is_gone_at_once()
    {
        var (person, _) = await NewPersonAsync();
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        var id = (await (await ApiClient.SignInAsync(fixture.Host, person)).GetAsync(Me)).Id;
        var given = (await carol.PatchAsync($"{Users}/{id}", new { email = person.Email, roles = new[] { "admin" } }, "*"))
            .Expect(HttpStatusCode.OK);
        var admin = await ApiClient.SignInAsync(fixture.Host, person);
        (await admin.GetAsync(Users)).Expect(HttpStatusCode.OK);
        var unknown = (await carol.PatchAsync($"{Users}/{id}", new { email = person.Email, roles = new[] { "emperor" } }, "*"))
            .Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        Assert.Equal(["roles"], unknown.Members);
        (await carol.PatchAsync($"{Users}/{id}", new { email = person.Email, roles = Array.Empty<string>() }, given.ETag))
            .Expect(HttpStatusCode.OK);
        (await admin.GetAsync(Users)).Expect(HttpStatusCode.Forbidden, "forbidden");
        (await admin.GetAsync(Me)).Expect(HttpStatusCode.OK);
        Assert.Equal(2, (await RecordsAsync(id, "user.roles_changed")).Count);
    }

    [Fact]
    public async Task An_admin_keeps_their_own_account_and_role()
    {
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        (await carol.PatchAsync(Me, new { email = Seed.Carol.Email, disabled = true }, "*")).Expect(HttpStatusCode.Conflict, "own-account");
        (await carol.PatchAsync(Me, new { email = Seed.Carol.Email, roles = Array.Empty<string>() }, "*"))
            .Expect(HttpStatusCode.Conflict, "own-account");
        (await carol.DeleteAsync(Me)).Expect(HttpStatusCode.Conflict, "own-account");
    }

    [Fact]
    public async Task Deleting_an_account_ends_its_sessions_and_its_tokens_die()
    {
        var (person, me) = await NewPersonAsync();
        var id = (await me.GetAsync(Me)).Id;
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        (await carol.DeleteAsync($"{Users}/{id}", "\"9\"")).Expect(HttpStatusCode.PreconditionFailed, "precondition-failed");
        (await carol.DeleteAsync($"{Users}/{id}")).Expect(HttpStatusCode.NoContent);
        (await carol.DeleteAsync($"{Users}/{id}")).Expect(HttpStatusCode.NotFound, "not-found");
        (await me.GetAsync(Me)).Expect(HttpStatusCode.Unauthorized, "unauthorized");
        Assert.Equal(2, (await RecordsAsync(id, "session.ended")).Count(r => r == "session.ended account deleted"));
        Assert.Single(await RecordsAsync(id, "user.deleted"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await fixture.Host.NewBrowser().SignInAsync(person)).Status);
    }

    internal static async Task<(Person Person, ApiClient Client)> NewPersonAsync(AuthServerHost host)
    {
        var person = new Person($"p{Guid.CreateVersion7():N}@example.test", "Orange-Kettle-19");
        var made = await new ApiClient(host.Issuer)
            .PostAsync("/v1/auth/register", new { email = person.Email, password = person.Password, last_name = "Person" });
        made.Expect(HttpStatusCode.Created);
        return (person, await ApiClient.SignInAsync(host, person));
    }

    private Task<(Person Person, ApiClient Client)> NewPersonAsync() => NewPersonAsync(fixture.Host);

    private Task<List<string>> RecordsAsync(string id, string kind) => fixture.Host.WithDatabaseAsync(db =>
        db.AuditEvents.Where(e => e.SubjectId == Guid.Parse(id) && e.Kind == kind).Select(e => e.Kind + " " + e.Detail).ToListAsync());
}

public sealed class UserChangesOnSqlite(SqliteHost fixture) : UserChangeTests(fixture), IClassFixture<SqliteHost>;

public sealed class UserChangesOnPostgres(PostgresHost fixture) : UserChangeTests(fixture), IClassFixture<PostgresHost>;
