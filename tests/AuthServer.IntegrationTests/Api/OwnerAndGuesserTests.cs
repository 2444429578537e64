using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Api;

/// <summary>
/// A stranger guesses a password without a pause while its owner signs in, at the page and at /v1/auth/login, on one clock.
/// </summary>
public abstract class OwnerAndGuesserTests(HostFixture fixture)
{
    private const string Proxy = "127.0.0.1";
    private const string Header = "Device-Token";

    public static HostSetup Limited(HostSetup setup) => setup with
    {
        Settings = new Dictionary<string, string> { ["SIGNIN_FAILURES_PER_ACCOUNT"] = "10", ["TRUSTED_PROXIES"] = Proxy },
    };

    [Fact]
    public async Task A_stranger_who_polls_the_login_does_not_keep_the_owner_out_of_page_or_login_at_another_address()
    {
        for (var hour = 0; hour < 3; hour++)
        {
            // Each minute of an hour, from three addresses: ten failures close the account, and one more at each opening.
            for (var minute = 0; minute < 60; minute++)
            {
                await GuessAsync(Seed.Alice, "192.0.2.1", "192.0.2.2", "192.0.2.3");
                fixture.Time.Advance(TimeSpan.FromMinutes(1));
            }

            Assert.Equal(HttpStatusCode.TooManyRequests, (await LoginAsync(Seed.Alice, "192.0.2.1")).Status);
            Assert.Equal(HttpStatusCode.OK, (await LoginAsync(Seed.Alice, "198.51.100.9")).Status);
            var page = await From("198.51.100.10").SignInAsync(Seed.Alice);
            Assert.NotEqual(HttpStatusCode.TooManyRequests, page.Status);
            Assert.Equal("/", page.Address.AbsolutePath);
        }
    }

    [Fact]
    public async Task With_the_token_of_a_device_the_owner_signs_in_at_the_guessers_own_address_and_in_a_botnet()
    {
        var first = await LoginAsync(Seed.Bob, "198.51.100.20");
        var device = Assert.Single(first.Headers.GetValues(Header));
        for (var i = 0; i < 40; i++) await GuessAsync(Seed.Bob, $"203.0.113.{i}");
        for (var i = 0; i < 12; i++) await GuessAsync(Seed.Bob, "198.51.100.20");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await LoginAsync(Seed.Bob, "198.51.100.20")).Status);
        Assert.Equal(HttpStatusCode.OK, (await LoginAsync(Seed.Bob, "198.51.100.20", device)).Status);
        // It is bound to its account, and to what the server sealed.
        Assert.Equal(HttpStatusCode.TooManyRequests, (await LoginAsync(Seed.Bob, "198.51.100.20", device[..^2] + "AA")).Status);
    }

    [Fact]
    public async Task The_token_of_another_persons_device_gives_no_more_tries()
    {
        var device = Assert.Single((await LoginAsync(Seed.Alice, "198.51.100.30")).Headers.GetValues(Header));
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 12; i++)
        {
            answers.Add((await LoginAsync(Seed.Carol with { Password = "wrong" }, "198.51.100.31", device)).Status);
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1]);
    }

    [Fact]
    public async Task An_intruder_who_has_lost_the_account_guesses_as_a_stranger_and_the_device_of_the_owner_stays_known()
    {
        var (person, _) = await EnrolledPerson.RegisterAsync(fixture);
        const string Place = "198.51.100.60";
        var intruder = Assert.Single((await LoginAsync(person, Place)).Headers.GetValues(Header));
        var owner = await ApiClient.SignInAsync(fixture.Host, person);
        var next = person with { Password = "Brass-Teapot-61-Moon" };
        var changed = await owner.PutAsync(
            "/v1/account/password", new { password = next.Password, current_password = person.Password }, null);
        var device = Assert.Single(changed.Expect(HttpStatusCode.NoContent).Headers.GetValues(Header));

        for (var i = 0; i < 12; i++) await GuessAsync(person, Place);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await LoginAsync(person, Place, intruder)).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await LoginAsync(next, Place, intruder)).Status);
        Assert.Equal(HttpStatusCode.OK, (await LoginAsync(next, Place, device)).Status);

        // The same by a change of the whole account.
        var me = await owner.GetAsync("/v1/users/me");
        changed = await owner.PatchAsync(
            "/v1/users/me", new { password = person.Password, current_password = next.Password }, me.ETag);
        var newest = Assert.Single(changed.Expect(HttpStatusCode.OK).Headers.GetValues(Header));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await LoginAsync(person, Place, device)).Status);
        Assert.Equal(HttpStatusCode.OK, (await LoginAsync(person, Place, newest)).Status);
    }

    private async Task GuessAsync(Person person, params string[] addresses)
    {
        foreach (var address in addresses)
        {
            var answer = await LoginAsync(person with { Password = "Wrong-Password-1" }, address);
            Assert.Contains(answer.Status, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests });
        }
    }

    private Task<ApiAnswer> LoginAsync(Person person, string address, string? device = null)
    {
        var body = System.Text.Json.JsonSerializer.Serialize(new { email = person.Email, password = person.Password });
        (
            string, string)[] headers = [("X-Forwarded-For", address), .. device is null
                ? Array.Empty<(string, string)>()
                : [(Header, device)]];
        return new ApiCaller(fixture.Issuer).SendAsync(
            HttpMethod.Post, "/v1/auth/login", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), headers);
    }

    private Browser From(string address)
    {
        var browser = fixture.Host.NewBrowser();
        browser.Http.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        return browser;
    }

    public sealed class SqliteHost() : HostFixture(DatabaseKind.Sqlite)
    {
        protected override HostSetup Prepare(HostSetup setup) => Limited(setup);
    }

    public sealed class PostgresHost() : HostFixture(DatabaseKind.Postgres)
    {
        protected override HostSetup Prepare(HostSetup setup) => Limited(setup);
    }
}

public sealed class OwnerAndGuesserOnSqlite(OwnerAndGuesserTests.SqliteHost fixture)
    : OwnerAndGuesserTests(fixture), IClassFixture<OwnerAndGuesserTests.SqliteHost>;

public sealed class OwnerAndGuesserOnPostgres(OwnerAndGuesserTests.PostgresHost fixture)
    : OwnerAndGuesserTests(fixture), IClassFixture<OwnerAndGuesserTests.PostgresHost>;
