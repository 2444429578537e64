using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Api;

/// <summary>/v1/registration-tokens: initial access tokens (RFC 7591 section 3) by an admin.</summary>
public abstract class RegistrationTokenApiTests(HostFixture fixture)
{
    private const string Path = "/v1/registration-tokens";

    [Fact]
    public async Task An_admin_makes_sees_and_revokes_a_token_of_which_the_hash_is_stored()
    {
        var admin = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        var made = (await admin.PostAsync(Path, new { uses = 3, expires_in_seconds = 3600, note = "Partner\n" }))
            .Expect(HttpStatusCode.Created);
        var (id, text) = (made.Text("id")!, made.Text("token")!);
        Assert.Equal(
            (3, "Partner", "no-store"),
            (made.Json.GetProperty("uses_left").GetInt32(), made.Text("note"), made.Header("Cache-Control")));
        Assert.Equal(TimeSpan.FromHours(1), LifeOf(made));
        var row = await fixture.Host.WithDatabaseAsync(db => db.Tokens.AsNoTracking().SingleAsync(t => t.Id == Guid.Parse(id)));
        Assert.DoesNotContain(text, string.Join(' ', row.ReferenceId, row.Payload, row.Properties), StringComparison.Ordinal);

        var listed = (await admin.GetAsync(Path)).Expect(HttpStatusCode.OK).Json.GetProperty("registration_tokens").EnumerateArray()
            .Single(t => t.GetProperty("id").GetString() == id);
        Assert.False(listed.TryGetProperty("token", out _));
        (await admin.DeleteAsync($"{Path}/{id}")).Expect(HttpStatusCode.NoContent);
        (await admin.DeleteAsync($"{Path}/{id}")).Expect(HttpStatusCode.NotFound, "not-found");
        // An id of another kind of row.
        (await admin.DeleteAsync($"{Path}/{Guid.CreateVersion7()}")).Expect(HttpStatusCode.NotFound, "not-found");
        (await admin.DeleteAsync($"{Path}/x")).Expect(HttpStatusCode.NotFound, "not-found");
        var carol = await fixture.Host.WithDatabaseAsync(db => db.Users.SingleAsync(u => u.Email == Seed.Carol.Email));
        var kinds = await fixture.Host.WithDatabaseAsync(db => db.AuditEvents.Where(
            e => e.Detail!.StartsWith(id) && e.ActorId == carol.Id).Select(e => e.Kind).Order().ToListAsync());
        Assert.Equal(["registration_token.created", "registration_token.revoked"], kinds);
    }

    [Fact]
    public async Task What_is_left_out_is_one_use_in_a_week_and_what_is_beyond_is_refused()
    {
        var admin = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        var made = (await admin.PostAsync(Path, new { })).Expect(HttpStatusCode.Created);
        Assert.Equal(1, made.Json.GetProperty("uses_left").GetInt32());
        Assert.Equal(TimeSpan.FromDays(7), LifeOf(made));
        foreach (var (uses, life) in new[] { (0, 60), (10_001, 60), (1, 59), (1, (366 * 24 * 3600) + 1), (-1, -1) })
        {
            (await admin.PostAsync(Path, new { uses, expires_in_seconds = life }))
                .Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        }

        (await admin.PostAsync(Path, new { more = 1 })).Expect(HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    public async Task It_is_for_admins_who_have_just_proved_who_they_are()
    {
        foreach (var person in new[] { Seed.Alice, Seed.Bob })
        {
            var other = await ApiClient.SignInAsync(fixture.Host, person);
            Assert.Equal(HttpStatusCode.Forbidden, (await other.GetAsync(Path)).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await other.PostAsync(Path, new { })).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await other.DeleteAsync($"{Path}/{Guid.CreateVersion7()}")).Status);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await new ApiClient(fixture.Issuer, "x").GetAsync(Path)).Status);
        var admin = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        fixture.Time.Advance(TimeSpan.FromMinutes(6));
        (await admin.PostAsync(Path, new { })).Expect(HttpStatusCode.Unauthorized, "step-up-required");
        (await admin.DeleteAsync($"{Path}/{Guid.CreateVersion7()}")).Expect(HttpStatusCode.Unauthorized, "step-up-required");
        (await admin.GetAsync(Path)).Expect(HttpStatusCode.OK);
    }

    private static TimeSpan LifeOf(ApiAnswer made) =>
        made.Json.GetProperty("expires_at").GetDateTime() - made.Json.GetProperty("created_at").GetDateTime();
}

public sealed class RegistrationTokenApiOnSqliteTests(SqliteHost fixture) : RegistrationTokenApiTests(fixture), IClassFixture<SqliteHost>;

public sealed class RegistrationTokenApiOnPostgresTests(PostgresHost fixture)
    : RegistrationTokenApiTests(fixture), IClassFixture<PostgresHost>;
