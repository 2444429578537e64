using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Api;

/// <summary>What several requests to /v1 do that arrive at once.</summary>
public abstract class UserConcurrencyTests(HostFixture fixture)
{
    private const string Users = "/v1/users";
    private const string Me = Users + "/me";

    [Fact]
    public async Task Of_twenty_changes_with_one_version_one_succeeds()
    {
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        var (person, me) = await UserChangeTests.NewPersonAsync(fixture.Host);
        var id = (await me.GetAsync(Me)).Id;
        // By the person themselves, by an admin, and by an admin on their own account.
        foreach (
            var (
                caller, address, email) in new[] { (me, Me, person.Email), (carol, $"{Users}/{id}", person.Email),
                    (carol, Me, Seed.Carol.Email) })
        {
            var etag = (await caller.GetAsync(address)).ETag;
            var answers = await AtOnceAsync(20, i => caller.PatchAsync(address, new { email, first_name = $"Name{i}" }, etag));
            var won = Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
            Assert.All(answers.Where(a => a != won), a => a.Expect(HttpStatusCode.PreconditionFailed, "precondition-failed"));
            Assert.Equal(won.Body, (await caller.GetAsync(address)).Body);
        }
    }

    [Fact]
    public async Task Parallel_registrations_of_one_address_make_one_account()
    {
        var anybody = new ApiClient(fixture.Issuer);
        for (var round = 0; round < 5; round++)
        {
            string[] spellings = [$"zoë{round}@bücher.example", $"ZOË{round}@xn--bcher-kva.example", $"zoe\u0308{round}@BÜCHER.example",
                $"ｚoë{round}@bu\u0308cher.example"];
            var answers = await AtOnceAsync(
                8, i => anybody.PostAsync("/v1/auth/register", new { email = spellings[i % 4], password = "Orange-Kettle-19" }));
            Assert.Single(answers, a => a.Status == HttpStatusCode.Created);
            Assert.Equal(7, answers.Count(a => a.Problem == "email-taken"));
            var key = $"zoë{round}@xn--bcher-kva.example";
            Assert.Equal(1, await fixture.Host.WithDatabaseAsync(db => db.Users.CountAsync(u => u.NormalizedEmail == key)));
        }
    }

    [Fact]
    public async Task Of_parallel_deletions_one_succeeds()
    {
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        var (_, me) = await UserChangeTests.NewPersonAsync(fixture.Host);
        var id = (await me.GetAsync(Me)).Id;
        var answers = await AtOnceAsync(8, _ => carol.DeleteAsync($"{Users}/{id}"));
        Assert.Single(answers, a => a.Status == HttpStatusCode.NoContent);
        Assert.Equal(7, answers.Count(a => a.Problem == "not-found"));
        Assert.Equal(1, await fixture.Host.WithDatabaseAsync(db => db.AuditEvents.CountAsync(e => e.Kind == "user.deleted"
            && e.SubjectId == Guid.Parse(id))));
    }

    [Fact]
    public async Task Two_admins_who_take_each_others_role_leave_one()
    {
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        for (var round = 0; round < 5; round++)
        {
            var (person, plain) = await UserChangeTests.NewPersonAsync(fixture.Host);
            var address = $"{Users}/{(await plain.GetAsync(Me)).Id}";
            (await carol.PatchAsync(address, new { email = person.Email, roles = new[] { "admin" } }, "*")).Expect(HttpStatusCode.OK);
            var other = await ApiClient.SignInAsync(fixture.Host, person);
            var carolAddress = $"{Users}/{(await carol.GetAsync(Me)).Id}";
            var answers = await Task.WhenAll(
                Task.Run(() => carol.PatchAsync(address, new { email = person.Email, roles = Array.Empty<string>() }, "*")),
                Task.Run(() => other.PatchAsync(carolAddress, new { email = Seed.Carol.Email, roles = Array.Empty<string>() }, "*")));
            Assert.True(answers.Count(a => a.Status == HttpStatusCode.OK) == 1, string.Join('\n', answers.Select(a => a.ToString())));
            Assert.All(
                answers, a =>
                    Assert.Contains(a.Status, new[] { HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.ServiceUnavailable }));
            // Whoever is left makes carol an admin again, for the next round.
            if (answers[1].Status == HttpStatusCode.OK)
            {
                (await other.PatchAsync(carolAddress, new { email = Seed.Carol.Email, roles = new[] { "admin" } }, "*"))
                    .Expect(HttpStatusCode.OK);
            }
            (await carol.GetAsync(Users)).Expect(HttpStatusCode.OK);
        }
    }

    private static Task<ApiAnswer[]> AtOnceAsync(int width, Func<int, Task<ApiAnswer>> send) =>
        Task.WhenAll(Enumerable.Range(0, width).Select(i => Task.Run(() => send(i))));
}

public sealed class UserConcurrencyOnSqlite(RealTimeSqliteHost fixture) : UserConcurrencyTests(fixture), IClassFixture<RealTimeSqliteHost>;

public sealed class UserConcurrencyOnPostgres(
    RealTimePostgresHost fixture) : UserConcurrencyTests(fixture), IClassFixture<RealTimePostgresHost>;
