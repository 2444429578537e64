using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Sessions;
using AuthServer.Users.Passwords;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Api;

/// <summary>Idempotency-Key (draft-ietf-httpapi-idempotency-key-header) where a retry would hurt.</summary>
public abstract class IdempotencyTests(HostFixture fixture)
{
    private const string Users = "/v1/users";
    private const string Register = "/v1/auth/register";

    private readonly ApiClient _anybody = new(fixture.Issuer);

    [Fact]
    public async Task A_repeated_registration_has_the_same_answer_and_costs_no_hash()
    {
        var body = new { email = "again@example.test", password = "Orange-Kettle-19" };
        var first = (await _anybody.PostAsync(Register, body, Key("\"k-1\""))).Expect(HttpStatusCode.Created);
        Assert.Null(first.Header("Idempotent-Replayed"));
        var hashes = Hashes;
        var second = (await _anybody.PostAsync(Register, body, Key("k-1"))).Expect(HttpStatusCode.Created);
        Assert.Equal(hashes, Hashes);
        Assert.Equal("true", second.Header("Idempotent-Replayed"));
        Assert.Equal((first.Body, first.Location, first.ETag), (second.Body, second.Location, second.ETag));
        (await _anybody.PostAsync(Register, body, Key("k-2"))).Expect(HttpStatusCode.Conflict, "email-taken");
        (await _anybody.PostAsync(Register, body)).Expect(HttpStatusCode.Conflict, "email-taken");
    }

    [Fact]
    public async Task A_key_serves_one_request()
    {
        (await _anybody.PostAsync(Register, new { email = "one@example.test", password = "Orange-Kettle-19" }, Key("k-3")))
            .Expect(HttpStatusCode.Created);
        (await _anybody.PostAsync(Register, new { email = "two@example.test", password = "Orange-Kettle-19" }, Key("k-3")))
            .Expect(HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
        // The password is part of the request.
        (await _anybody.PostAsync(Register, new { email = "one@example.test", password = "Orange-Kettle-20" }, Key("k-3")))
            .Expect(HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
        // Another route and another sender have keys of their own.
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        (await carol.PostAsync(Users, new { email = "three@example.test" }, Key("k-3"))).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_refused_request_leaves_its_key_free()
    {
        (await _anybody.PostAsync(Register, new { email = "free@example.test", password = "weak" }, Key("k-4")))
            .Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        (await _anybody.PostAsync(Register, new { email = Seed.Alice.Email, password = "Orange-Kettle-19" }, Key("k-4")))
            .Expect(HttpStatusCode.Conflict, "email-taken");
        (await _anybody.PostAsync(Register, new { email = "free@example.test", password = "Orange-Kettle-19" }, Key("k-4")))
            .Expect(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"open")]
    [InlineData("with space")]
    [InlineData("\"a\", \"b\"")]
    [InlineData("é")]
    public async Task A_malformed_key_is_refused(string key)
    {
        var answer = await _anybody.PostAsync(Register, new { email = "x@example.test", password = "Orange-Kettle-19" }, Key(key));
        Assert.Equal(["Idempotency-Key"], answer.Expect(HttpStatusCode.BadRequest, "invalid-request").Members);
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        (await carol.PostAsync(Users, new { email = "x@example.test" }, Key(new string('k', 256))))
            .Expect(HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    public async Task Of_parallel_requests_with_one_key_one_acts_and_all_have_its_answer()
    {
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        for (var round = 0; round < 5; round++)
        {
            var (email, key) = ($"parallel{round}@example.test", Key($"p-{round}"));
            var body = new { email, password = "Orange-Kettle-19" };
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => carol.PostAsync(Users, body, key))));
            Assert.All(answers, a => a.Expect(HttpStatusCode.Created));
            Assert.Single(answers, a => a.Header("Idempotent-Replayed") is null);
            Assert.Single(answers.Select(a => (a.Body, a.Location, a.ETag)).Distinct());
            Assert.Equal(1, await fixture.Host.WithDatabaseAsync(db => db.Users.CountAsync(u => u.Email == email)));
        }
    }

    [Fact]
    public async Task A_key_is_forgotten_after_a_day_and_purged_and_holds_no_secret()
    {
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        var body = new { email = "day@example.test", password = "Orange-Kettle-19" };
        (await carol.PostAsync(Users, body, Key("k-5"))).Expect(HttpStatusCode.Created);
        var rows = await fixture.Host.WithDatabaseAsync(db => db.IdempotencyKeys.AsNoTracking().ToListAsync());
        Assert.All(rows, row => Assert.True(row.Id.Length == 64 && row.Fingerprint.Length == 64 && row.Status == 201
            && row.Location!.StartsWith(Users, StringComparison.Ordinal)));

        fixture.Time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        // The row is still there, and counts no more.
        (await carol.PostAsync(Users, new { email = "day2@example.test" }, Key("k-5"))).Expect(HttpStatusCode.Created);
        await using (var scope = fixture.Host.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<ExpiredRows>().PurgeAsync(TestContext.Current.CancellationToken);
        }

        var left = await fixture.Host.WithDatabaseAsync(db => db.IdempotencyKeys.AsNoTracking().ToListAsync());
        Assert.All(left, row => Assert.True(row.ExpiresAt > fixture.Time.GetUtcNow().UtcDateTime));
        Assert.NotEmpty(left);
    }

    [Fact]
    public async Task A_replay_shows_the_account_as_it_is_now_and_not_one_that_is_gone()
    {
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        var body = new { email = "now@example.test" };
        var made = await carol.PostAsync(Users, body, Key("k-6"));
        await carol.PatchAsync(made.Location, new { email = "now@example.test", first_name = "Nora" }, made.ETag);
        var replay = (await carol.PostAsync(Users, body, Key("k-6"))).Expect(HttpStatusCode.Created);
        Assert.Equal(("Nora", "\"2\""), (replay.Json.GetProperty("first_name").GetString(), replay.ETag));
        await carol.DeleteAsync(made.Location);
        (await carol.PostAsync(Users, body, Key("k-6"))).Expect(HttpStatusCode.NotFound, "not-found");
    }

    private long Hashes => fixture.Host.Services.GetRequiredService<Argon2PasswordHasher>().Hashes;

    private static (string, string) Key(string key) => ("Idempotency-Key", key);
}

public sealed class IdempotencyOnSqlite(SqliteHost fixture) : IdempotencyTests(fixture), IClassFixture<SqliteHost>;

public sealed class IdempotencyOnPostgres(PostgresHost fixture) : IdempotencyTests(fixture), IClassFixture<PostgresHost>;
