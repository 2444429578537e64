using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Users.Administration;
using AuthServer.Users.SignIn;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.SecondFactors;

/// <summary>Turning a factor off, new recovery codes, and the reset by an admin.</summary>
public abstract class ManagementTests(HostFixture fixture)
{
    private const string Card = EnrolledPerson.SetUp;

    [Fact]
    public async Task Turning_it_off_needs_a_recent_sign_in_and_a_code_and_takes_everything_away()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        var browser = await person.SignInAsync();
        fixture.Time.Advance(TimeSpan.FromMinutes(6));
        var card = await browser.OpenAsync(Card);
        Assert.True((await browser.SubmitAsync(card, Card + "/remove", ("code", person.NextCode()))).HasForm("/signin"));

        browser = await person.SignInAsync();
        card = await browser.OpenAsync(Card);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.SubmitAsync(card, Card + "/remove", ("code", "000000"))).Status);
        await browser.SubmitAsync(card, Card + "/remove", ("code", person.NextCode()));
        var (_, landed) = await person.GivePasswordAsync();
        Assert.Equal("/", landed.Address.AbsolutePath);
        Assert.Equal(0, await CountAsync(person));
        Assert.Equal(["second_factor.added", "second_factor.removed"], await RecordsAsync(person));
    }

    [Fact]
    public async Task New_recovery_codes_end_the_former_ones()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        var browser = await person.SignInAsync();
        var card = await browser.OpenAsync(Card);
        var page = await browser.SubmitAsync(card, Card + "/recovery-codes", ("code", person.RecoveryCodes[0]));
        var codes = page.Document.QuerySelector("code")!.TextContent.Split('\n');
        Assert.Equal(10, codes.Length);
        Assert.Empty(codes.Intersect(person.RecoveryCodes));
        Assert.StartsWith("data:text/plain", page.Document.QuerySelector("a[download]")!.GetAttribute("href"), StringComparison.Ordinal);
        var (again, asked) = await person.GivePasswordAsync();
        var former = await again.SubmitAsync(asked, "/signin/second-factor", ("code", person.RecoveryCodes[1]));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, former.Status);
        var fresh = await again.SubmitAsync(asked, "/signin/second-factor", ("code", codes[0]));
        Assert.Equal("/", fresh.Address.AbsolutePath);
    }

    [Fact]
    public async Task Another_app_takes_the_place_of_one_whose_phone_is_lost_in_one_step()
    {
        const string Replace = Card + "/replace";
        var person = await EnrolledPerson.NewAsync(fixture);
        var (browser, page) = await person.GivePasswordAsync();
        await browser.SubmitAsync(page, "/signin/second-factor", ("code", person.RecoveryCodes[0]), ("remember", "true"));
        page = await browser.OpenAsync(Replace);
        Assert.NotEqual(person.Secret, EnrolledPerson.SecretOf(page));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.SubmitAsync(page, Replace, ("code", "000000"))).Status);
        var fresh = await EnrolledPerson.EnrolAsync(fixture, person.Person, browser, page);
        var (again, asked) = await person.GivePasswordAsync();
        foreach (var former in new[] { person.NextCode(), person.RecoveryCodes[1] })
        {
            var refused = await again.SubmitAsync(asked, "/signin/second-factor", ("code", former));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        }

        var landed = await again.SubmitAsync(asked, "/signin/second-factor", ("code", fresh.NextCode()));
        Assert.Equal("/", landed.Address.AbsolutePath);
        Assert.Equal(["second_factor.added", "second_factor.added", "second_factor.removed"], await RecordsAsync(person));
        // Ten codes, the app, and no device that was remembered with the former one.
        Assert.Equal(11, await CountAsync(person));
    }

    [Fact]
    public async Task An_app_is_not_replaced_by_whoever_knows_the_password_alone()
    {
        const string Replace = Card + "/replace", Api = "/v1/account/second-factors/app";
        var (registered, weak) = await EnrolledPerson.RegisterAsync(fixture);
        var console = Seed.Console(fixture.Issuer);
        var api = new ApiClient(
            fixture.Issuer, (await console.RedeemCodeAsync(await weak.AuthorizeAsync(console, ApiClient.FullAccess))).AccessToken);
        var set = await weak.OpenAsync(Card);
        var begun = (await api.PostAsync(Api, "")).Expect(HttpStatusCode.OK).Json;
        var owner = fixture.Host.NewBrowser();
        await owner.SignInAsync(registered);
        var person = await EnrolledPerson.EnrolAsync(fixture, registered, owner, await owner.OpenAsync(Card));

        Assert.True((await weak.OpenAsync(Replace)).HasForm("/signin/second-factor"));
        // With a key from before, at either address.
        var secret = EnrolledPerson.SecretOf(set);
        foreach (var address in new[] { Replace, Card })
        {
            using var posted = await Ceremony.TryAsync(
                weak, set, Card, address, ("code", EnrolledPerson.CodeOf(secret, fixture.Host.Now)));
            Assert.Equal(HttpStatusCode.SeeOther, posted.StatusCode);
        }

        (await api.PostAsync(Api, "")).Expect(HttpStatusCode.Unauthorized, "step-up-required");
        var enrolment = begun.GetProperty("enrolment").GetString();
        var code = EnrolledPerson.CodeOf(begun.GetProperty("secret").GetString()!, fixture.Host.Now);
        (await api.PutAsync(Api, new { enrolment, code, replace = true }, null)).Expect(HttpStatusCode.Unauthorized, "step-up-required");
        Assert.Equal("/", (await (await person.SignInAsync()).OpenAsync("/")).Address.AbsolutePath);

        var strong = new ApiClient(
            fixture.Issuer, (await console.RedeemCodeAsync(await owner.AuthorizeAsync(console, ApiClient.FullAccess))).AccessToken);
        begun = (await strong.PostAsync(Api, "")).Expect(HttpStatusCode.OK).Json;
        enrolment = begun.GetProperty("enrolment").GetString();
        code = EnrolledPerson.CodeOf(begun.GetProperty("secret").GetString()!, fixture.Host.Now);
        (await strong.PutAsync(Api, new { enrolment, code }, null)).Expect(HttpStatusCode.Conflict, "second-factor-exists");
        var codes = (await strong.PutAsync(Api, new { enrolment, code, replace = true }, null)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(10, codes.GetProperty("recovery_codes").GetArrayLength());
    }

    [Fact]
    public async Task A_secret_is_sealed_and_the_codes_are_hashed()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        var stored = await fixture.Host.WithDatabaseAsync(async db => string.Join(
            '\n', [
                .. await db.UserTokens.Select(t => t.Value!).ToListAsync(TestContext.Current.CancellationToken),
                .. await db.RecoveryCodes.Select(c => c.CodeHash).ToListAsync(TestContext.Current.CancellationToken),
            ]));
        Assert.DoesNotContain(person.Secret, stored, StringComparison.OrdinalIgnoreCase);
        Assert.All(person.RecoveryCodes, code => Assert.DoesNotContain(code, stored, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task An_admin_resets_the_factors_of_another_person_and_not_their_own()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        var admin = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        var id = await fixture.Host.WithDatabaseAsync(db =>
            db.Users.Where(u => u.Email == person.Person.Email).Select(u => u.Id).SingleAsync(TestContext.Current.CancellationToken));
        var bob = await ApiClient.SignInAsync(fixture.Host, Seed.Bob);
        (await bob.DeleteAsync($"/v1/users/{id}/second-factors")).Expect(HttpStatusCode.Forbidden, "insufficient-scope");
        (await admin.DeleteAsync("/v1/users/me/second-factors")).Expect(HttpStatusCode.Conflict, "own-account");
        (await admin.DeleteAsync($"/v1/users/{Guid.CreateVersion7()}/second-factors")).Expect(HttpStatusCode.NotFound, "not-found");
        (await admin.DeleteAsync($"/v1/users/{id}/second-factors")).Expect(HttpStatusCode.NoContent);
        (await admin.DeleteAsync($"/v1/users/{id}/second-factors")).Expect(HttpStatusCode.NoContent);
        var (_, landed) = await person.GivePasswordAsync();
        Assert.Equal("/", landed.Address.AbsolutePath);
        Assert.Equal(0, await CountAsync(person));
        Assert.Equal(["second_factor.added", "second_factor.removed"], await RecordsAsync(person));
    }

    [Fact]
    public async Task The_operator_resets_them_for_a_sole_admin()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        await using var services = fixture.Host.Services.CreateAsyncScope();
        var user = await services.ServiceProvider.GetRequiredService<AccountLookup>()
            .FindAsync(person.Person.Email, TestContext.Current.CancellationToken);
        await services.ServiceProvider.GetRequiredService<FactorReset>().ResetAsync(user!.Id);
        var (_, landed) = await person.GivePasswordAsync();
        Assert.Equal("/", landed.Address.AbsolutePath);
        Assert.Equal(["second_factor.added", "second_factor.removed"], await RecordsAsync(person));
    }

    private Task<int> CountAsync(EnrolledPerson person) => fixture.Host.WithDatabaseAsync(async db =>
    {
        var stop = TestContext.Current.CancellationToken;
        var id = await db.Users.Where(u => u.Email == person.Person.Email).Select(u => u.Id).SingleAsync(stop);
        return await db.UserTokens.CountAsync(t => t.UserId == id, stop) + await db.RecoveryCodes.CountAsync(c => c.UserId == id, stop)
            + await db.RememberedDevices.CountAsync(d => d.UserId == id, stop);
    });

    private Task<List<string>> RecordsAsync(EnrolledPerson person) => fixture.Host.WithDatabaseAsync(async db =>
    {
        var stop = TestContext.Current.CancellationToken;
        var id = await db.Users.Where(u => u.Email == person.Person.Email).Select(u => u.Id).SingleAsync(stop);
        return await db.AuditEvents.Where(e => e.SubjectId == id && e.Kind.StartsWith("second_factor.")).Select(e => e.Kind)
            .OrderBy(kind => kind).ToListAsync(stop);
    });
}

public sealed class ManagementOnSqliteTests(SqliteHost fixture) : ManagementTests(fixture), IClassFixture<SqliteHost>;

public sealed class ManagementOnPostgresTests(PostgresHost fixture) : ManagementTests(fixture), IClassFixture<PostgresHost>;
