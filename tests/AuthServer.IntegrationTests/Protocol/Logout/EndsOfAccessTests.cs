using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Audit;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Accounts.Recovery;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Seeding;
using AuthServer.Sessions;
using AuthServer.Users.SecondFactors;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Protocol.Logout;

/// <summary>
/// Whatever happens to an account, by page, API or file: a client is told of the end of its session (OpenID Connect Back-Channel Logout
/// 1.0), and the audit trail says why it ended.
/// </summary>
public sealed class EndsOfAccessTests(EndsOfAccessTests.Server fixture) : IClassFixture<EndsOfAccessTests.Server>
{
    private const string New = "Brass-Teapot-61-Moon", SealedSecret = "sealed-secret-7gTs2Xk9Vw4Lq8Zd3HmBn";

    /// <summary>A server with mail, whose clients are told at an address that is never asked: the notices stay in the table.</summary>
    public sealed class Server() : MailFixture(DatabaseKind.Sqlite)
    {
        private readonly string _seed = Path.Combine(Path.GetTempPath(), $"ends-{Guid.CreateVersion7():N}.json");

        protected override IReadOnlyDictionary<string, string> Rules { get; } = new Dictionary<string, string>
        {
            ["SESSIONS_PER_PERSON"] = "6",
        };

        protected override HostSetup Prepare(HostSetup setup)
        {
            var seed = JsonNode.Parse(File.ReadAllText(Seed.File))!.AsObject();
            foreach (var client in seed["clients"]!.AsArray().Where(c => (string)c!["client_id"]! is "web" or "bff"))
            {
                client!["backchannel_logout_uri"] = "https://10.20.30.40/logout";
            }

            seed["clients"]!.AsArray().Add(new JsonObject
            {
                ["client_id"] = "sealed", ["client_secret"] = SealedSecret,
                ["redirect_uris"] = new JsonArray("https://sealed.example.test/cb"),
                ["grant_types"] = new JsonArray("authorization_code", "refresh_token"), ["scope"] = "openid offline_access",
                ["trusted"] = true, ["backchannel_logout_uri"] = "https://10.20.30.40/logout",
                ["id_token_encrypted_response_alg"] = "ECDH-ES", ["id_token_encrypted_response_enc"] = "A128CBC-HS256",
                ["jwks"] = new JsonObject { ["keys"] = new JsonArray(Recipient.New("P-256", "k1").Jwk.DeepClone()) },
            });
            File.WriteAllText(_seed, seed.ToJsonString());
            return base.Prepare(setup) with { SeedFile = _seed };
        }

        public override async ValueTask DisposeAsync()
        {
            GC.SuppressFinalize(this);
            await base.DisposeAsync();
            File.Delete(_seed);
        }
    }

    [Fact]
    public async Task A_new_password_in_My_account()
    {
        var (person, _, session) = await SignedInAsync();
        var own = await InAsync(person);
        const string path = "/account/security/password";
        await own.SubmitAsync(await own.OpenAsync(path), path, ("current_password", person.Password), ("password", New));
        await ToldAsync(session, EndReason.PasswordChanged);
    }

    [Fact]
    public async Task A_reset_of_the_password()
    {
        var (person, _, session) = await SignedInAsync();
        await new Forgetful(fixture).ResetByLinkAsync(person.Email, New);
        await ToldAsync(session, EndReason.PasswordReset);
    }

    [Fact]
    public async Task The_removal_of_the_password()
    {
        var (person, _, session) = await SignedInAsync();
        using var device = await Ceremony.EnrolAsync(fixture, person.Email);
        var (own, _) = await Ceremony.SignInAsync(fixture, device, person.Email);
        const string path = "/account/security/password/remove";
        await own.SubmitAsync(await own.OpenAsync(path), path);
        await ToldAsync(session, EndReason.PasswordRemoved);
    }

    [Fact]
    public async Task A_change_of_address_that_is_taken_back()
    {
        var (person, _, session) = await SignedInAsync();
        var (api, next) = (await ApiClient.SignInAsync(fixture.Host, person), $"{Guid.CreateVersion7():N}@example.test");
        var changed = await MailFixture.ChangeEmailAsync(api, "PATCH", next);
        var request = changed.Json.GetProperty("email_change").GetProperty("request").GetString();
        var code = (await fixture.LatestAsync<ConfirmEmailLetter>(next)).Code;
        (await api.PostAsync("/v1/auth/email/confirm", new { request, code })).Expect(HttpStatusCode.NoContent);
        Assert.False(await IsNotedAsync(session));
        var owner = fixture.Host.NewBrowser();
        var link = (await fixture.LatestAsync<EmailChangedLetter>(person.Email)).Link!;
        await owner.SubmitAsync(await owner.OpenAsync(link), "/email/undo");
        await ToldAsync(session, EndReason.EmailUndone);
    }

    [Fact]
    public async Task A_sign_in_that_was_not_the_persons()
    {
        var thief = await Intruder.SignInAsync(fixture);
        var session = await SessionAsync(thief.Browser);
        var owner = fixture.Host.NewBrowser();
        await owner.SubmitAsync(await owner.OpenAsync(thief.Link), "/signin/not-me");
        await ToldAsync(session, EndReason.NotThePerson);
    }

    [Fact]
    public async Task An_account_that_an_admin_disables()
    {
        var (person, _, session) = await SignedInAsync();
        await ChangeAsync(person, new { email = person.Email, disabled = true });
        await ToldAsync(session, EndReason.AccountDisabled);
    }

    [Fact]
    public async Task A_person_who_becomes_an_admin_without_a_second_factor()
    {
        var (person, _, session) = await SignedInAsync();
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        var user = await Ceremony.IdAsync(fixture, person.Email);
        // Carol has none either, so that the setting comes after her.
        var options = fixture.Host.Services.GetRequiredService<SecondFactorOptions>();
        options.Policy = SecondFactorPolicy.Admins;
        var answer = await carol.PatchAsync($"/v1/users/{user}", new { email = person.Email, roles = new[] { "admin" } }, "*");
        options.Policy = SecondFactorPolicy.Optional;
        answer.Expect(HttpStatusCode.OK);
        await ToldAsync(session, EndReason.SecondFactorNeeded);
    }

    [Fact]
    public async Task An_account_that_its_person_wants_deleted()
    {
        var (person, _, session) = await SignedInAsync();
        var own = await InAsync(person);
        const string path = "/account/data/delete";
        await own.SubmitAsync(await own.OpenAsync(path), path, ("email", person.Email));
        await ToldAsync(session, EndReason.DeletionRequested);
    }

    [Fact]
    public async Task An_account_that_an_admin_deletes()
    {
        var (person, _, session) = await SignedInAsync();
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        var user = await Ceremony.IdAsync(fixture, person.Email);
        (await carol.DeleteAsync($"/v1/users/{user}", "*")).Expect(HttpStatusCode.NoContent);
        await ToldAsync(session, EndReason.AccountDeleted);
    }

    [Fact]
    public async Task Too_many_sessions()
    {
        var (person, browser, session) = await SignedInAsync();
        for (var i = 0; i < 6; i++)
        {
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
            await SessionAsync(browser);
        }

        await using var scope = fixture.Host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<SessionLimit>().TrimAsync(await Ceremony.IdAsync(fixture, person.Email), default);
        await ToldAsync(session, EndReason.TooMany);
    }

    [Fact]
    public async Task The_logout_of_an_app_of_the_operator()
    {
        var api = new ApiCaller(fixture.Issuer) { Basic = ("bff", "bff-secret-Lw8Kz3Qv7Tn5Yb1Rd9XhJf5pQ2") };
        var login = await api.LoginAsync(await fixture.NewPersonAsync(confirmed: true));
        var session = Guid.Parse(new JsonWebToken(login.Text("access_token")).GetClaim("sid").Value);
        Assert.False(await IsNotedAsync(session));
        Assert.Equal(HttpStatusCode.NoContent, (await api.LogoutAsync(login.RefreshToken)).Status);
        await ToldAsync(session, EndReason.SignedOut);
    }

    [Theory]
    [InlineData("/account/sessions/end")]
    [InlineData("/account/sessions/end-others")]
    public async Task A_place_that_the_person_signs_out_in_My_account(string form)
    {
        var (person, _, session) = await SignedInAsync();
        var own = await InAsync(person);
        await own.SubmitAsync(await own.OpenAsync("/account/sessions"), form);
        await ToldAsync(session, EndReason.SignedOutElsewhere);
    }

    /// <summary>The person's own password was given by the file before.</summary>
    [Fact]
    public async Task A_seed_file_with_another_password()
    {
        var person = new Person($"{Guid.CreateVersion7():N}@example.test", "Orange-Kettle-19-Sea");
        await SeedAsync(person);
        var session = await SessionAsync(await InAsync(person));
        await SeedAsync(person);
        Assert.False(await IsNotedAsync(session));
        await SeedAsync(person with { Password = New });
        await ToldAsync(session, EndReason.PasswordChanged);
    }

    /// <summary>Section 2.6: its key is gone with it, and no token of its is sent in the clear, also not one that has waited.</summary>
    [Fact]
    public async Task A_client_whose_ID_tokens_are_encrypted_is_told_nothing_once_it_is_deleted()
    {
        var app = new ClientApp(fixture.Issuer, "sealed", SealedSecret, "https://sealed.example.test/cb");
        var browser = await InAsync(await fixture.NewPersonAsync(confirmed: true));
        var (waiting, ended) = (await SidAsync(), await SidAsync());
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<SessionEnding>().EndAsync(waiting, EndReason.Revoked, Caller.System, default);
        Assert.True(await IsNotedAsync(waiting));
        await scope.ServiceProvider.GetRequiredService<ClientDeletion>().DeleteAsync("sealed", "test", default);
        Assert.False(await fixture.Host.WithDatabaseAsync(db => db.LogoutNotices.AnyAsync(n => n.ClientId == "sealed")));
        Assert.False(await fixture.Host.WithDatabaseAsync(db => db.Sessions.AnyAsync(s => s.Id == ended)));

        async Task<Guid> SidAsync()
        {
            var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
            return Guid.Parse(new JsonWebToken(tokens.AccessToken).GetClaim("sid").Value);
        }
    }

    private async Task<(Person Person, Browser Browser, Guid Session)> SignedInAsync()
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        var browser = await InAsync(person);
        return (person, browser, await SessionAsync(browser));
    }

    private async Task<Browser> InAsync(Person person)
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(person);
        return browser;
    }

    // One that goes on when the browser's ends: it is told of an end of its own.
    private async Task<Guid> SessionAsync(Browser browser)
    {
        var app = Seed.Web(fixture.Issuer);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        var session = Guid.Parse(tokens.IdToken.GetPayloadValue<string>("sid"));
        Assert.False(await IsNotedAsync(session));
        return session;
    }

    private async Task ChangeAsync(Person person, object change)
    {
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        var user = await Ceremony.IdAsync(fixture, person.Email);
        (await carol.PatchAsync($"/v1/users/{user}", change, "*")).Expect(HttpStatusCode.OK);
    }

    private async Task SeedAsync(Person person)
    {
        var file = JsonSerializer.Serialize(new { users = new[] { new { email = person.Email, password = person.Password } } });
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        var outcome = await scope.ServiceProvider.GetRequiredService<SeedRun>().ApplyAsync(
            Encoding.UTF8.GetBytes(file), SeedRequest.Usual, default);
        Assert.IsType<SeedOutcome.Applied>(outcome);
    }

    private Task<bool> IsNotedAsync(Guid session) =>
        fixture.Host.WithDatabaseAsync(db => db.LogoutNotices.AnyAsync(n => n.SessionId == session));

    private async Task ToldAsync(Guid session, EndReason reason)
    {
        Assert.True(await IsNotedAsync(session), "Nobody is told.");
        var details = await fixture.Host.WithDatabaseAsync(db => db.AuditEvents
            .Where(e => e.SessionId == session && e.Kind == AuditKinds.SessionEnded).Select(e => e.Detail).ToListAsync());
        Assert.Equal(SessionEnding.Word(reason), Assert.Single(details));
    }
}
