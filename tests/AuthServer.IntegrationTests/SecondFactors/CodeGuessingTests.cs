using System.Net;
using System.Text;
using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.SecondFactors;

/// <summary>A stranger who knows the password guesses codes; the owner signs in meanwhile, at the page and at /v1/auth/login.</summary>
public abstract class CodeGuessingTests(HostFixture fixture)
{
    private const string Page = "/signin/second-factor";
    private const string Stranger = "192.0.2.1";

    [Fact]
    public async Task Five_wrong_codes_make_the_page_wait_and_the_owner_gets_in_at_a_known_browser_of_the_same_address()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        var known = await person.SignInAsync(From(Stranger));
        var (stranger, page) = await person.GivePasswordAsync(From(Stranger));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await stranger.SubmitAsync(page, Page, ("code", "000000"))).Status);
        }

        // Also for a right code, so that a guesser learns nothing.
        var waits = await stranger.SubmitAsync(page, Page, ("code", person.CodeAhead()));
        Assert.Equal(HttpStatusCode.TooManyRequests, waits.Status);
        Assert.NotNull(waits.Headers.RetryAfter);
        await known.SubmitAsync(await known.OpenAsync("/"), "/signout");
        Assert.NotNull(await person.SignInAsync(known));
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        var later = await stranger.SubmitAsync(page, Page, ("code", person.NextCode()));
        Assert.Equal("/", later.Address.AbsolutePath);
    }

    [Fact]
    public async Task A_botnet_with_the_password_gets_few_guesses_and_does_not_shut_out_the_owner_of_a_known_app()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        var (challenge, _) = await AskAsync(person, "198.51.100.20");
        var first = await CompleteAsync(challenge, person.NextCode(), "198.51.100.20");
        var device = first.Header("Device-Token")!;
        var judged = 0;
        for (var i = 0; i < 60; i++)
        {
            var (guessed, _) = await AskAsync(person, $"203.0.113.{i}");
            if ((await CompleteAsync(guessed, "000000", $"203.0.113.{i}")).Status != HttpStatusCode.TooManyRequests) judged++;
        }

        Assert.InRange(judged, 5, 15);
        (challenge, _) = await AskAsync(person, "203.0.113.9", device);
        (await CompleteAsync(challenge, person.NextCode(), "203.0.113.9", device)).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Many_known_devices_give_a_guesser_fifty_tries_an_hour_together()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        var judged = 0;
        for (var device = 0; device < 12; device++)
        {
            var (own, _) = await AskAsync(person, "198.51.100.40");
            var signedIn = await CompleteAsync(own, person.NextCode(), "198.51.100.40");
            var token = signedIn.Header("Device-Token")!;
            var (challenge, _) = await AskAsync(person, "203.0.113.200", token);
            for (var i = 0; i < 5; i++)
            {
                var answer = await CompleteAsync(challenge, "000000", "203.0.113.200", token);
                if (answer.Status != HttpStatusCode.TooManyRequests) judged++;
            }
        }

        Assert.Equal(50, judged);
    }

    private async Task<(string Challenge, ApiAnswer Answer)> AskAsync(EnrolledPerson person, string address, string? device = null)
    {
        var answer = await PostAsync(new { email = person.Person.Email, password = person.Person.Password }, address, device);
        answer.Expect(HttpStatusCode.Unauthorized, "second-factor-required");
        return (answer.Text("challenge")!, answer);
    }

    private Task<ApiAnswer> CompleteAsync(string challenge, string code, string address, string? device = null) =>
        PostAsync(new { challenge, code }, address, device);

    private Task<ApiAnswer> PostAsync(object body, string address, string? device)
    {
        List<(string, string)> headers = [("X-Forwarded-For", address)];
        if (device is not null) headers.Add(("Device-Token", device));
        var content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        return new ApiCaller(fixture.Issuer).SendAsync(HttpMethod.Post, "/v1/auth/login", content, [.. headers]);
    }

    private Browser From(string address)
    {
        var browser = fixture.Host.NewBrowser();
        browser.Http.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        return browser;
    }

    private static HostSetup Proxied(HostSetup setup) =>
        setup with { Settings = new Dictionary<string, string> { ["TRUSTED_PROXIES"] = "127.0.0.1" } };

    public sealed class SqliteHost() : HostFixture(DatabaseKind.Sqlite)
    {
        protected override HostSetup Prepare(HostSetup setup) => Proxied(setup);
    }

    public sealed class PostgresHost() : HostFixture(DatabaseKind.Postgres)
    {
        protected override HostSetup Prepare(HostSetup setup) => Proxied(setup);
    }
}

public sealed class CodeGuessingOnSqliteTests(CodeGuessingTests.SqliteHost fixture)
    : CodeGuessingTests(fixture), IClassFixture<CodeGuessingTests.SqliteHost>;

public sealed class CodeGuessingOnPostgresTests(CodeGuessingTests.PostgresHost fixture)
    : CodeGuessingTests(fixture), IClassFixture<CodeGuessingTests.PostgresHost>;
