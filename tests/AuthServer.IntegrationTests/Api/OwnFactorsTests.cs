using System.Net;
using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Api;

/// <summary>The ways into one's own account over /v1/account: passkeys, authenticator app, recovery codes, remembered devices.</summary>
public abstract class OwnFactorsTests(HostFixture fixture)
{
    private const string Factors = "/v1/account/second-factors", Passkeys = "/v1/account/passkeys", Devices = "/v1/account/devices";

    [Fact]
    public async Task Passkeys_are_listed_named_and_removed_and_those_of_others_are_not_there()
    {
        var (api, person, _) = await NewAsync();
        using var device = await Ceremony.EnrolAsync(fixture, person.Email);
        var passkey = (await api.GetAsync(Passkeys)).Expect(HttpStatusCode.OK).Json.GetProperty("passkeys")[0];
        Assert.Equal("Test", passkey.GetProperty("name").GetString());
        var one = Passkeys + "/" + passkey.GetProperty("id").GetString();
        (await api.PatchAsync(one, new { name = "Phone" }, null)).Expect(HttpStatusCode.NoContent);
        Assert.Contains("Phone", (await api.GetAsync(Passkeys)).Body, StringComparison.Ordinal);
        (await api.PatchAsync(one, new { name = " " }, null)).Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        var (stranger, _, _) = await NewAsync();
        (await stranger.PatchAsync(one, new { name = "Mine" }, null)).Expect(HttpStatusCode.NotFound, "not-found");
        (await stranger.DeleteAsync(one)).Expect(HttpStatusCode.NotFound, "not-found");
        (await stranger.DeleteAsync(Passkeys + "/nonsense")).Expect(HttpStatusCode.NotFound, "not-found");
        var (signedIn, _) = await Ceremony.SignInAsync(fixture, device, person.Email);
        var strong = await WithAsync(signedIn, Seed.Console(fixture.Issuer), ApiClient.FullAccess);
        (await strong.DeleteAsync(one)).Expect(HttpStatusCode.NoContent);
        (await strong.DeleteAsync(one)).Expect(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task A_passkey_is_made_through_an_app_by_the_session_that_asked_and_signs_in()
    {
        var (api, person, browser) = await NewAsync();
        var id = await Ceremony.IdAsync(fixture, person.Email);
        using var device = new SoftAuthenticator(fixture.Issuer) { Aaguid = new("bada5566-a7aa-401f-bd96-45619a55120d") };
        var asked = (await api.PostAsync(Passkeys + "/options", "")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(360, asked.GetProperty("expires_in").GetInt32());
        Assert.Equal(
            fixture.Issuer.Address.IdnHost, asked.GetProperty("options").GetProperty("rp").GetProperty("id").GetString());
        var answer = AnswerOf(asked, device);
        // Neither another person's, nor another session of the same person in the same app, nor a page's.
        var (stranger, _, _) = await NewAsync();
        var second = await ApiClient.SignInAsync(fixture.Host, person);
        (await stranger.PostAsync(Passkeys, answer)).Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        (await second.PostAsync(Passkeys, answer)).Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        const string Form = "/account/security/passkeys";
        var page = await Ceremony.BeginAsync(browser, await browser.OpenAsync(Form + "/new"), Form);
        using var other = new SoftAuthenticator(fixture.Issuer);
        (await api.PostAsync(Passkeys, $$"""{"state":"{{page.State}}","credential":{{other.Create(page.Options)}}}"""))
            .Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");

        var added = (await api.PostAsync(Passkeys, answer)).Expect(HttpStatusCode.Created);
        Assert.Equal("1Password", added.Text("name"));
        var record = await fixture.Host.WithDatabaseAsync(
            db => db.AuditEvents.SingleAsync(e => e.Kind == "passkey.added" && e.SubjectId == id));
        Assert.Equal(("console", "1Password"), (record.ClientId, record.Detail));
        // The account has a second way in now, which this session has not used.
        (await api.PostAsync(Passkeys + "/options", "")).Expect(HttpStatusCode.Unauthorized, "step-up-required");
        Assert.Equal("/", (await Ceremony.SignInAsync(fixture, device, person.Email)).Landed.Address.AbsolutePath);
    }

    [Fact]
    public async Task A_challenge_for_an_app_counts_once_in_time_and_for_the_origin_of_this_server()
    {
        var (api, person, _) = await NewAsync();
        foreach (var lie in new Action<SoftAuthenticator>[]
        {
            d => d.Origin = "https://evil.example", d => d.Origin = "android:apk-key-hash:R5rUu1vU4Cyh",
            d => d.RelyingParty = "evil.example", d => d.VerifiesPerson = false, d => d.CrossOrigin = true,
        })
        {
            using var device = new SoftAuthenticator(fixture.Issuer);
            lie(device);
            var asked = (await api.PostAsync(Passkeys + "/options", "")).Json;
            (await api.PostAsync(Passkeys, AnswerOf(asked, device))).Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
            // The challenge is used up by the wrong answer.
            using var honest = new SoftAuthenticator(fixture.Issuer);
            (await api.PostAsync(Passkeys, AnswerOf(asked, honest))).Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        }

        foreach (var body in new[] { """{"state":"x","credential":"x"}""", """{"state":"x","credential":[]}""" })
        {
            (await api.PostAsync(Passkeys, body)).Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        }

        Assert.Equal(0, (await api.GetAsync(Passkeys)).Json.GetProperty("passkeys").GetArrayLength());
        using var late = new SoftAuthenticator(fixture.Issuer);
        var old = (await api.PostAsync(Passkeys + "/options", "")).Json;
        fixture.Time.Advance(TimeSpan.FromMinutes(7));
        (await api.PostAsync(Passkeys, AnswerOf(old, late))).Expect(HttpStatusCode.Unauthorized, "step-up-required");
        var fresh = await ApiClient.SignInAsync(fixture.Host, person);
        (await fresh.PostAsync(Passkeys, AnswerOf(old, late))).Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
    }

    [Fact]
    public async Task Authenticators_of_two_models_are_told_apart_and_both_sign_in()
    {
        var (api, person, browser) = await NewAsync();
        const string Form = "/account/security/passkeys";
        using var manager = new SoftAuthenticator(fixture.Issuer)
        {
            Aaguid = new("bada5566-a7aa-401f-bd96-45619a55120d"), IsSynced = true,
        };
        using var key = new SoftAuthenticator(fixture.Issuer) { Aaguid = new("cb69481e-8ff7-4039-93ec-0a2729a154a8") };
        await (await Ceremony.BeginAsync(browser, await browser.OpenAsync(Form + "/new"), Form)).CreateAsync(manager);
        var step = await Ceremony.BeginAsync(browser, await browser.OpenAsync(Form + "/new"), "/signin/second-factor/passkey");
        await (await Ceremony.BeginAsync(browser, await step.UseAsync(fixture, manager, person.Email), Form)).CreateAsync(key);

        var listed = (await api.GetAsync(Passkeys)).Json.GetProperty("passkeys").EnumerateArray()
            .OrderBy(p => p.GetProperty("provider").GetString(), StringComparer.Ordinal).ToList();
        Assert.Equal(["1Password", "YubiKey"], listed.Select(p => p.GetProperty("provider").GetString()));
        Assert.Equal([true, false], listed.Select(p => p.GetProperty("synced").GetBoolean()));
        foreach (var (device, amr) in new[] { (manager, "swk user mfa"), (key, "pop user mfa") })
        {
            var (_, landed) = await Ceremony.SignInAsync(fixture, device, person.Email);
            Assert.Equal("/", landed.Address.AbsolutePath);
            Assert.Contains(amr, await fixture.Host.WithDatabaseAsync(
                db => db.Sessions.Where(s => s.User!.Email == person.Email).Select(s => s.Amr).ToListAsync()));
        }
    }

    [Fact]
    public async Task An_app_is_set_up_by_its_first_code_its_recovery_codes_renewed_and_it_is_removed()
    {
        var (api, person, _) = await NewAsync();
        var before = (await api.GetAsync(Factors)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("""{"app_since":null,"recovery_codes_left":0,"demanded":false}""", before.GetRawText());
        var begun = (await api.PostAsync(Factors + "/app", "")).Expect(HttpStatusCode.OK).Json;
        var (secret, enrolment) = (begun.GetProperty("secret").GetString()!, begun.GetProperty("enrolment").GetString()!);
        Assert.StartsWith("otpauth://totp/", begun.GetProperty("address").GetString(), StringComparison.Ordinal);
        (await api.PutAsync(Factors + "/app", new { enrolment, code = "000000" }, null))
            .Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        // The secret of one account is none of another.
        var (other, _, _) = await NewAsync();
        var code = EnrolledPerson.CodeOf(secret, fixture.Host.Now);
        (await other.PutAsync(Factors + "/app", new { enrolment, code }, null)).Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        var codes = (await api.PutAsync(Factors + "/app", new { enrolment, code }, null)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(10, codes.GetProperty("recovery_codes").GetArrayLength());
        // Whoever knows the password alone puts no other app in its place.
        (await api.PostAsync(Factors + "/app", "")).Expect(HttpStatusCode.Unauthorized, "step-up-required");
        Assert.Equal(10, (await api.GetAsync(Factors)).Json.GetProperty("recovery_codes_left").GetInt32());
        (await new ApiCaller(fixture.Issuer).LoginAsync(person)).Expect(HttpStatusCode.Unauthorized, "second-factor-required");

        // A code counts once, here too.
        (await api.PostAsync(Factors + "/recovery-codes", new { code })).Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        var recovery = codes.GetProperty("recovery_codes")[0].GetString();
        var renewed = (await api.PostAsync(Factors + "/recovery-codes", new { code = recovery })).Expect(HttpStatusCode.OK).Json;
        Assert.NotEqual(recovery, renewed.GetProperty("recovery_codes")[0].GetString());
        (await api.PostAsync(Factors + "/removal", new { code = codes.GetProperty("recovery_codes")[1].GetString() }))
            .Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        (await api.PostAsync(Factors + "/removal", new { code = renewed.GetProperty("recovery_codes")[1].GetString() }))
            .Expect(HttpStatusCode.NoContent);
        (await api.PostAsync(Factors + "/removal", new { code = "000000" })).Expect(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task Changes_need_a_recent_sign_in_a_first_party_app_and_the_scope()
    {
        var (api, person, browser) = await NewAsync();
        using var device = await Ceremony.EnrolAsync(fixture, person.Email);
        (HttpMethod Method, string Path, object? Body)[] changes =
        [
            (HttpMethod.Delete, "/v1/account/password", null), (HttpMethod.Delete, Passkeys + "/" + Guid.CreateVersion7(), null),
            (HttpMethod.Post, Passkeys + "/options", ""), (HttpMethod.Post, Passkeys, "{}"),
            (HttpMethod.Post, Factors + "/app", ""), (HttpMethod.Put, Factors + "/app", "{}"),
            (HttpMethod.Post, Factors + "/removal", "{}"), (HttpMethod.Post, Factors + "/recovery-codes", "{}"),
        ];
        var reader = await WithAsync(browser, Seed.Console(fixture.Issuer), "openid account:read");
        var third = await WithAsync(browser, Seed.Directory(fixture.Issuer), "openid account:read account:write");
        fixture.Time.Advance(TimeSpan.FromMinutes(6));
        foreach (var (method, path, body) in changes)
        {
            (await api.SendAsync(method, path, body)).Expect(HttpStatusCode.Unauthorized, "step-up-required");
            (await reader.SendAsync(method, path, body)).Expect(HttpStatusCode.Forbidden, "insufficient-scope");
            Assert.Equal(HttpStatusCode.Forbidden, (await third.SendAsync(method, path, body)).Status);
        }

        foreach (var path in new[] { Passkeys, Factors, Devices })
        {
            (await third.GetAsync(path)).Expect(HttpStatusCode.Forbidden, "forbidden");
            (await new ApiClient(fixture.Issuer).GetAsync(path)).Expect(HttpStatusCode.Unauthorized, "unauthorized");
        }
    }

    [Fact]
    public async Task Remembered_devices_are_listed_and_forgotten()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        var (browser, page) = await person.GivePasswordAsync();
        await browser.SubmitAsync(page, "/signin/second-factor", ("code", person.NextCode()), ("remember", "true"));
        var api = await WithAsync(browser, Seed.Console(fixture.Issuer), ApiClient.FullAccess);
        var device = (await api.GetAsync(Devices)).Expect(HttpStatusCode.OK).Json.GetProperty("devices")[0];
        Assert.Equal("Linux", device.GetProperty("system").GetString());
        var (stranger, _, _) = await NewAsync();
        var one = Devices + "/" + device.GetProperty("id").GetString();
        (await stranger.DeleteAsync(one)).Expect(HttpStatusCode.NotFound, "not-found");
        (await api.DeleteAsync(one)).Expect(HttpStatusCode.NoContent);
        Assert.Equal(0, (await api.GetAsync(Devices)).Json.GetProperty("devices").GetArrayLength());
    }

    private static string AnswerOf(JsonElement asked, SoftAuthenticator device) =>
        $$"""{"state":"{{asked.GetProperty("state").GetString()}}","credential":{{device.Create(asked.GetProperty("options"))}}}""";

    private async Task<(ApiClient Api, Person Person, Browser Browser)> NewAsync()
    {
        var (person, browser) = await EnrolledPerson.RegisterAsync(fixture);
        return (await WithAsync(browser, Seed.Console(fixture.Issuer), ApiClient.FullAccess), person, browser);
    }

    private async Task<ApiClient> WithAsync(Browser browser, ClientApp app, string scope) =>
        new(fixture.Issuer, (await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, scope))).AccessToken);
}

public sealed class OwnFactorsOnSqlite(SqliteHost fixture) : OwnFactorsTests(fixture), IClassFixture<SqliteHost>;

public sealed class OwnFactorsOnPostgres(PostgresHost fixture) : OwnFactorsTests(fixture), IClassFixture<PostgresHost>;
