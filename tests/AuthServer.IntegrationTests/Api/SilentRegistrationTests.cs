using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Users.Passwords;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Api;

/// <summary>REGISTRATION_REVEALS_TAKEN_EMAIL=false: nobody learns from a registration whether an address has an account.</summary>
public abstract class SilentRegistrationTests(MailFixture fixture)
{
    private const string Password = "Orange-Kettle-19";

    [Fact]
    public async Task New_and_taken_addresses_have_one_answer_at_the_cost_of_one_hash()
    {
        var anybody = new ApiClient(fixture.Issuer);
        var (fresh, taken) = (NewAddress(), (await fixture.NewPersonAsync(confirmed: true)).Email);
        var answers = new List<object>();
        foreach (var email in new[] { fresh, taken, fresh })
        {
            var before = Hashes;
            var answer = (await anybody.PostAsync("/v1/auth/register", new { email, password = Password }, ("Idempotency-Key", "same")))
                .Expect(HttpStatusCode.Accepted);
            answers.Add((
                answer.Text("status"), answer.Text("request")!.Length, answer.Json.GetProperty("expires_in").GetInt32(),
                string.Join(' ', answer.Headers.Select(h => h.Key)), Hashes - before));
        }

        Assert.Single(answers.Distinct());
        Assert.False(await fixture.Host.WithDatabaseAsync(db => db.Users.AnyAsync(u => u.Email == fresh)));
        // The password of the account is what it was.
        (await anybody.PostAsync("/v1/auth/login", new { email = taken, password = Password }))
            .Expect(HttpStatusCode.Unauthorized, "invalid-credentials");
    }

    [Fact]
    public async Task The_page_is_the_same_and_signs_nobody_in()
    {
        var pages = new List<string>();
        foreach (var email in new[] { NewAddress(), (await fixture.NewPersonAsync(confirmed: true)).Email })
        {
            var browser = fixture.Host.NewBrowser();
            var page = await browser.SubmitAsync(await browser.OpenAsync("/signup"), "/signup", ("email", email), ("password", Password));
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.DoesNotContain("session", browser.Cookies.GetCookieHeader(fixture.Issuer.Address), StringComparison.Ordinal);
            pages.Add(page.Document.Body!.TextContent.Replace(email, "", StringComparison.Ordinal));
        }

        Assert.Equal(pages[0], pages[1]);
    }

    private long Hashes => fixture.Host.Services.GetRequiredService<Argon2PasswordHasher>().Hashes;

    private static string NewAddress() => $"{Guid.CreateVersion7():N}@example.test";
}

public sealed class SilentSqlite() : SilentMail(DatabaseKind.Sqlite);

public sealed class SilentPostgres() : SilentMail(DatabaseKind.Postgres);

public abstract class SilentMail(DatabaseKind kind) : MailFixture(kind)
{
    protected override IReadOnlyDictionary<string, string> Rules { get; } = new Dictionary<string, string>
    {
        ["REGISTRATION_REVEALS_TAKEN_EMAIL"] = "false",
    };
}

public sealed class SilentRegistrationOnSqlite(SilentSqlite fixture) : SilentRegistrationTests(fixture), IClassFixture<SilentSqlite>;

public sealed class SilentRegistrationOnPostgres(SilentPostgres fixture)
    : SilentRegistrationTests(fixture), IClassFixture<SilentPostgres>;
