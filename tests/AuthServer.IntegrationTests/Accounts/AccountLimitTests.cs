using System.Net;
using System.Text.RegularExpressions;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts;

/// <summary>The limits of the sign-in and create-account pages, and what they tell: each test has a server that nobody has used.</summary>
public abstract partial class AccountLimitTests(DatabaseKind kind) : IAsyncLifetime
{
    private AuthServerHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AuthServerHost.StartAsync(new HostSetup(kind)
    {
        Settings = new Dictionary<string, string>
        {
            ["SIGNIN_FAILURES_PER_ACCOUNT"] = "3",
            ["REGISTRATIONS_PER_ADDRESS_PER_HOUR"] = "3",
        },
    });

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Wrong_password_unknown_address_and_disabled_account_look_the_same()
    {
        await _host.WithDatabaseAsync(async db =>
        {
            (await db.Users.SingleAsync(u => u.Email == Seed.Bob.Email)).DisabledAt = DateTime.UnixEpoch;
            return await db.SaveChangesAsync();
        });
        var wrong = await TryAsync(Seed.Alice.Email, "Not-The-Password-1");
        var unknown = await TryAsync("nobody@example.test", "Not-The-Password-1");
        var disabled = await TryAsync(Seed.Bob.Email, Seed.Bob.Password);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Equal((wrong.Status, Plain(wrong, Seed.Alice.Email)), (unknown.Status, Plain(unknown, "nobody@example.test")));
        Assert.Equal((wrong.Status, Plain(wrong, Seed.Alice.Email)), (disabled.Status, Plain(disabled, Seed.Bob.Email)));
    }

    [Fact]
    public async Task Many_failures_slow_a_guesser_down_and_leave_the_owners_own_browser_alone()
    {
        var owner = _host.NewBrowser();
        await owner.SignInAsync(Seed.Alice);
        await owner.SubmitAsync(await owner.OpenAsync("/signout"), "/signout");

        Page? answer = null;
        for (var i = 0; i < 10 && answer?.Status != HttpStatusCode.TooManyRequests; i++)
        {
            answer = await TryAsync(Seed.Alice.Email, $"Guess-Number-{i}");
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, answer!.Status);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await TryAsync(Seed.Alice.Email, Seed.Alice.Password)).Status);

        await owner.SignInAsync(Seed.Alice);
        Assert.NotNull((await owner.AuthorizeAsync(Seed.Spa(_host.Issuer), extra: [("prompt", "none")])).Code);
    }

    [Fact]
    public async Task A_new_account_signs_its_person_in_and_goes_on_to_the_app()
    {
        var browser = _host.NewBrowser();
        var request = Seed.Spa(_host.Issuer).NewRequest("openid", [("prompt", "create")]);
        var page = await browser.SubmitAsync(await browser.OpenAsync(request.Address), "/signup",
            ("email", "Dana@Example.test"), ("password", "Orange-Kettle-19"), ("first_name", "Dana"));
        Assert.NotNull(AuthorizationAnswer.Read(request, page).Code);
        var user = await _host.WithDatabaseAsync(db => db.Users.AsNoTracking().SingleAsync(u => u.NormalizedEmail == "dana@example.test"));
        Assert.StartsWith("$argon2id$v=19$m=19456,t=2,p=1$", user.PasswordHash, StringComparison.Ordinal);
        Assert.True(await _host.WithDatabaseAsync(db => db.AuditEvents.AnyAsync(e => e.SubjectId == user.Id && e.Kind == "user.created")));
    }

    [Fact]
    public async Task A_taken_address_is_said_in_any_spelling_and_asking_is_throttled()
    {
        foreach (var spelling in new[] { "ALICE@example.test", "ａlice@example.test" })
        {
            var page = await CreateAsync(spelling);
            Assert.Equal(HttpStatusCode.Conflict, page.Status);
            Assert.Contains("account", page.Document.Body!.TextContent, StringComparison.Ordinal);
        }

        var last = await CreateAsync("bob@example.test");
        for (var i = 0; i < 3 && last.Status != HttpStatusCode.TooManyRequests; i++) last = await CreateAsync("bob@example.test");
        Assert.Equal(HttpStatusCode.TooManyRequests, last.Status);
        Assert.NotNull(last.Headers.RetryAfter);
    }

    private async Task<Page> TryAsync(string email, string password) => await _host.NewBrowser().SignInAsync(email, password);

    private async Task<Page> CreateAsync(string email)
    {
        var browser = _host.NewBrowser();
        return await browser.SubmitAsync(await browser.OpenAsync("/signup"), "/signup", ("email", email), ("password", "Orange-Kettle-19"));
    }

    // Form tokens differ on every page; the address is what was typed.
    private static string Plain(Page page, string email) =>
        FormToken().Replace(page.Body.Replace(email, "EMAIL", StringComparison.Ordinal), "");

    [GeneratedRegex("<input[^>]*__RequestVerificationToken[^>]*>")]
    private static partial Regex FormToken();
}

public sealed class AccountLimitsOnSqliteTests() : AccountLimitTests(DatabaseKind.Sqlite);

public sealed class AccountLimitsOnPostgresTests() : AccountLimitTests(DatabaseKind.Postgres);
