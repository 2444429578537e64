using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Users.Passwords;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Api;

/// <summary>REGISTRATION_REVEALS_TAKEN_EMAIL=false: nobody learns from a registration whether an address has an account.</summary>
public abstract class SilentRegistrationTests(DatabaseKind kind) : IAsyncLifetime
{
    private const string Password = "Orange-Kettle-19";

    private AuthServerHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AuthServerHost.StartAsync(new HostSetup(kind)
    {
        Settings = new Dictionary<string, string> { ["REGISTRATION_REVEALS_TAKEN_EMAIL"] = "false" },
    });

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task New_and_taken_addresses_have_one_answer_at_the_cost_of_one_hash()
    {
        var anybody = new ApiClient(_host.Issuer);
        var answers = new List<(string, string, long)>();
        foreach (var email in new[] { "fresh@example.test", Seed.Alice.Email, "fresh@example.test" })
        {
            var before = Hashes;
            var answer = (await anybody.PostAsync("/v1/auth/register", new { email, password = Password }, ("Idempotency-Key", "same")))
                .Expect(HttpStatusCode.Accepted);
            answers.Add((answer.Body, string.Join(' ', answer.Headers.Select(h => h.Key)), Hashes - before));
        }

        Assert.Single(answers.Distinct());
        Assert.Equal(1, answers[0].Item3);
        await ApiClient.SignInAsync(_host, new Person("fresh@example.test", Password));
        await ApiClient.SignInAsync(_host, Seed.Alice);
    }

    [Fact]
    public async Task The_page_is_the_same_and_signs_nobody_in()
    {
        var pages = new List<string>();
        foreach (var email in new[] { "page@example.test", Seed.Bob.Email })
        {
            var browser = _host.NewBrowser();
            var page = await browser.SubmitAsync(await browser.OpenAsync("/signup"), "/signup", ("email", email), ("password", Password));
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.Single(page.Document.QuerySelectorAll("h1"));
            Assert.DoesNotContain("session", browser.Cookies.GetCookieHeader(_host.Issuer.Address), StringComparison.Ordinal);
            pages.Add(page.Document.Body!.TextContent.Replace(email, "", StringComparison.Ordinal));
        }

        Assert.Equal(pages[0], pages[1]);
        Assert.True(await _host.WithDatabaseAsync(db => db.Users.AnyAsync(u => u.Email == "page@example.test")));
    }

    private long Hashes => _host.Services.GetRequiredService<Argon2PasswordHasher>().Hashes;
}

public sealed class SilentRegistrationOnSqlite() : SilentRegistrationTests(DatabaseKind.Sqlite);

public sealed class SilentRegistrationOnPostgres() : SilentRegistrationTests(DatabaseKind.Postgres);
