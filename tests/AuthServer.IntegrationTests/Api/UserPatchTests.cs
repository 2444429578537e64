using System.Net;
using System.Text;
using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Api;

/// <summary>PATCH /v1/users/{id} (RFC 5789, RFC 7396), and how PUT differs from it.</summary>
public abstract class UserPatchTests(HostFixture fixture)
{
    private const string Users = "/v1/users";
    private const string Me = Users + "/me";
    private const string MergePatch = "application/merge-patch+json";

    [Fact]
    public async Task What_a_patch_leaves_out_stays_and_null_removes()
    {
        var (person, me) = await NewPersonAsync();
        var read = await me.GetAsync(Me);
        var named = (await PatchAsync(me, Me, """{"first_name":" Nova "}""", read.ETag)).Expect(HttpStatusCode.OK);
        Assert.Equal(
            (person.Email, "Nova", "Person", "\"2\""),
            (TextOf(named, "email"), TextOf(named, "first_name"), TextOf(named, "last_name"), named.ETag));
        var removed = (await PatchAsync(me, Me, """{"last_name":null}""", named.ETag)).Expect(HttpStatusCode.OK);
        Assert.Equal(("Nova", null), (TextOf(removed, "first_name"), TextOf(removed, "last_name")));
        Assert.Equal(removed.Body, (await me.GetAsync(Me)).Body);
        var same = (await PatchAsync(me, Me, "{}", "*")).Expect(HttpStatusCode.OK);
        Assert.Equal(("Nova", null), (TextOf(same, "first_name"), TextOf(same, "last_name")));
        var records = await fixture.Host.WithDatabaseAsync(db =>
            db.AuditEvents.Where(e => e.SubjectId == Guid.Parse(read.Id) && e.Kind == "user.updated").Select(e => e.Detail).ToListAsync());
        Assert.Equal(["first_name", "last_name"], records.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_patch_needs_the_version_that_was_read()
    {
        var (_, me) = await NewPersonAsync();
        (await PatchAsync(me, Me, "{}", null)).Expect((HttpStatusCode)428, "precondition-required");
        (await PatchAsync(me, Me, "{}", "\"7\"")).Expect(HttpStatusCode.PreconditionFailed, "precondition-failed");
        (await PatchAsync(me, Me, "{}", "\"1\"")).Expect(HttpStatusCode.OK);
        (await PatchAsync(me, Me, "{}", "\"1\"")).Expect(HttpStatusCode.PreconditionFailed, "precondition-failed");
    }

    [Theory]
    [InlineData("application/json-patch+json")]
    [InlineData("text/plain")]
    [InlineData("application/merge-patch+json; charset=utf-16")]
    [InlineData("application/merge-patch")]
    [InlineData("")]
    public async Task Another_kind_of_patch_is_told_which_kinds_there_are(string mediaType)
    {
        var (_, me) = await NewPersonAsync();
        var refused = (await PatchAsync(me, Me, "{}", "*", mediaType))
            .Expect(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
        Assert.Equal("application/merge-patch+json, application/json", refused.Header("Accept-Patch"));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/Merge-Patch+JSON")]
    public async Task A_patch_may_call_itself_json(string mediaType) =>
        (await PatchAsync((await NewPersonAsync()).Client, Me, """{"first_name":"Json"}""", "*", mediaType)).Expect(HttpStatusCode.OK);

    [Fact]
    public async Task A_merge_patch_is_no_body_of_a_put()
    {
        var (person, me) = await NewPersonAsync();
        var refused = (await SendAsync(me, HttpMethod.Put, Me, $$"""{"email":"{{person.Email}}"}""", "*", MergePatch))
            .Expect(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
        Assert.Null(refused.Header("Accept-Patch"));
    }

    [Theory]
    [InlineData("""{"disabled":false}""", "disabled")]
    [InlineData("""{"disabled":null}""", "disabled")]
    [InlineData("""{"email_verified":true}""", "email_verified")]
    [InlineData("""{"email_verified":null}""", "email_verified")]
    [InlineData("""{"roles":["admin"]}""", "roles")]
    [InlineData("""{"roles":null}""", "roles")]
    public async Task Nobody_lifts_their_own_rights(string patch, string member)
    {
        var (_, me) = await NewPersonAsync();
        Assert.Equal([member], (await PatchAsync(me, Me, patch, "\"1\"")).Expect(HttpStatusCode.Forbidden, "forbidden").Members);
        Assert.Equal("\"1\"", (await me.GetAsync(Me)).ETag);
    }

    [Theory]
    [InlineData("""{"email":null}""", "email")]
    [InlineData("""{"email":"nobody"}""", "email")]
    [InlineData("""{"password":null}""", "password")]
    [InlineData("""{"password":"password"}""", "password")]
    public async Task Values_that_cannot_be_are_named(string patch, string member)
    {
        var (_, me) = await NewPersonAsync();
        Assert.Equal(
            [member], (await PatchAsync(me, Me, patch, "*")).Expect(HttpStatusCode.UnprocessableEntity, "invalid-value").Members);
    }

    [Theory]
    [InlineData("""{"id":"x"}""", "id")]
    [InlineData("""{"password_hash":null}""", "password_hash")]
    [InlineData("""{"first_name":"a","first_name":null}""", "first_name")]
    [InlineData("""{"first_name":1e999999999}""", "first_name")]
    [InlineData("""{"disabled":123456789012345678901234567890}""", "disabled")]
    [InlineData("""{"roles":{"0":"admin"}}""", "roles")]
    [InlineData("""{"roles":[null]}""", "roles")]
    [InlineData("""{"first_name":"\ud800"}""", "first_name")]
    [InlineData("""{"first_name":"\u0000"}""", "first_name")]
    [InlineData("""[{"op":"replace"}]""", "body")]
    [InlineData("null", "body")]
    [InlineData("", "body")]
    [InlineData("{", "body")]
    public async Task Hostile_patches_are_refused_by_name(string patch, string member)
    {
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        Assert.Equal([member], (await PatchAsync(carol, Me, patch, "*")).Expect(HttpStatusCode.BadRequest, "invalid-request").Members);
    }

    [Theory]
    [InlineData("roles")]
    [InlineData("unknown")]
    public async Task Deep_nesting_is_refused(string member)
    {
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        foreach (var depth in new[] { 3, 9, 5000 })
        {
            var patch = $$"""{"{{member}}":{{new string('[', depth)}}{{new string(']', depth)}}}""";
            (await PatchAsync(carol, Me, patch, "*")).Expect(HttpStatusCode.BadRequest, "invalid-request");
        }
    }

    [Fact]
    public async Task An_admin_patches_what_decides_over_access_and_null_is_a_no()
    {
        var (_, me) = await NewPersonAsync();
        var address = $"{Users}/{(await me.GetAsync(Me)).Id}";
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        var given = (await PatchAsync(carol, address, """{"email_verified":true,"roles":["admin"]}""", "*")).Expect(HttpStatusCode.OK);
        Assert.Equal(
            ("True", "[\"admin\"]", "Person"), (TextOf(given, "email_verified"), TextOf(given, "roles"), TextOf(given, "last_name")));
        var off = (await PatchAsync(carol, address, """{"disabled":true}""", given.ETag)).Expect(HttpStatusCode.OK);
        Assert.Equal(("True", "True"), (TextOf(off, "disabled"), TextOf(off, "email_verified")));
        (await me.GetAsync(Me)).Expect(HttpStatusCode.Unauthorized, "unauthorized");
        var none = (await PatchAsync(carol, address, """{"disabled":null,"email_verified":null,"roles":null}""", off.ETag))
            .Expect(HttpStatusCode.OK);
        Assert.Equal(("False", "False", "[]"), (TextOf(none, "disabled"), TextOf(none, "email_verified"), TextOf(none, "roles")));
        (await PatchAsync(carol, Me, """{"roles":null}""", "*")).Expect(HttpStatusCode.Conflict, "own-account");
    }

    [Fact]
    public async Task Others_accounts_and_service_accounts_own_are_out_of_reach()
    {
        var (_, me) = await NewPersonAsync();
        (await PatchAsync(me, $"{Users}/{Guid.CreateVersion7()}", "{}", "*")).Expect(HttpStatusCode.Forbidden, "insufficient-scope");
        (await PatchAsync(new ApiClient(fixture.Issuer), Me, "{}", "*")).Expect(HttpStatusCode.Unauthorized, "unauthorized");
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        (await PatchAsync(carol, $"{Users}/{Guid.CreateVersion7()}", "{}", "*")).Expect(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task A_new_password_by_patch_needs_proof()
    {
        var (person, me) = await NewPersonAsync();
        fixture.Time.Advance(TimeSpan.FromMinutes(6));
        (await PatchAsync(me, Me, """{"password":"Violet-Harbour-77"}""", "*"))
            .Expect(HttpStatusCode.Forbidden, "reauthentication-required");
        (await PatchAsync(me, Me, $$"""{"password":"Violet-Harbour-77","current_password":"{{person.Password}}"}""", "*"))
            .Expect(HttpStatusCode.OK);
        await ApiClient.SignInAsync(fixture.Host, person with { Password = "Violet-Harbour-77" });
    }

    [Fact]
    public async Task Another_spelling_of_ones_own_address_keeps_its_verification()
    {
        var name = $"p{Guid.CreateVersion7():N}";
        var person = new Person($"{name}ä@bücher.example", "Orange-Kettle-19");
        (await new ApiClient(fixture.Issuer).PostAsync("/v1/auth/register", new { email = person.Email, password = person.Password }))
            .Expect(HttpStatusCode.Created);
        var me = await ApiClient.SignInAsync(fixture.Host, person);
        await fixture.Host.WithDatabaseAsync(
            db => db.Users.Where(u => u.Email == person.Email).ExecuteUpdateAsync(u => u.SetProperty(x => x.EmailConfirmed, true)));
        string[] spellings = [$"{name}Ä@Bücher.Example", $"{name}a\u0308@bu\u0308cher.example", $"{name}ä@xn--bcher-kva.example"];
        foreach (var email in spellings)
        {
            var patched = (await me.PatchAsync(Me, new { email }, "*")).Expect(HttpStatusCode.OK);
            Assert.Equal((email, "True"), (TextOf(patched, "email"), TextOf(patched, "email_verified")));
            var put = (await me.PutAsync(Me, new { email = person.Email }, "*")).Expect(HttpStatusCode.OK);
            Assert.Equal((person.Email, "True"), (TextOf(put, "email"), TextOf(put, "email_verified")));
        }

        var moved = (await me.PatchAsync(Me, new { email = "x" + person.Email }, "*")).Expect(HttpStatusCode.OK);
        Assert.Equal("False", TextOf(moved, "email_verified"));
    }

    [Fact]
    public async Task An_account_from_before_a_rule_can_be_changed_elsewhere()
    {
        var (person, me) = await NewPersonAsync();
        var old = person.Email.Replace(".test", "", StringComparison.Ordinal);
        await fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == person.Email)
            .ExecuteUpdateAsync(u => u.SetProperty(x => x.Email, old).SetProperty(x => x.NormalizedEmail, old)));
        (await PatchAsync(me, Me, """{"first_name":"Old"}""", "*")).Expect(HttpStatusCode.OK);
        (await me.PutAsync(Me, new { email = old }, "*")).Expect(HttpStatusCode.OK);
        (await me.PutAsync(Me, new { email = "x" + old }, "*")).Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
    }

    [Fact]
    public async Task A_put_of_an_admin_is_whole_or_refused_and_takes_nothing_away_by_accident()
    {
        var (person, me) = await NewPersonAsync();
        var address = $"{Users}/{(await me.GetAsync(Me)).Id}";
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        var partial = (await carol.PutAsync(address, new { email = person.Email, disabled = false, roles = (string[]?)null }, "*"))
            .Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        Assert.Equal(["email_verified", "roles"], partial.Members);
        var whole = new { email = person.Email, first_name = "Whole", email_verified = true, disabled = false, roles = new[] { "admin" } };
        var put = (await carol.PutAsync(address, whole, "*")).Expect(HttpStatusCode.OK);
        Assert.Equal(
            ("Whole", null, "True", "[\"admin\"]"),
            (TextOf(put, "first_name"), TextOf(put, "last_name"), TextOf(put, "email_verified"), TextOf(put, "roles")));
    }

    [Fact]
    public async Task A_browser_app_may_patch_from_its_origin()
    {
        var answer = await new ApiClient(fixture.Issuer).SendAsync(HttpMethod.Options, Me, null, ("Origin", "https://spa.example.test"),
            ("Access-Control-Request-Method", "PATCH"), ("Access-Control-Request-Headers", "authorization, content-type, if-match"));
        Assert.Contains("PATCH", answer.Header("Access-Control-Allow-Methods"), StringComparison.Ordinal);
    }

    private Task<(Person Person, ApiClient Client)> NewPersonAsync() => UserChangeTests.NewPersonAsync(fixture.Host);

    private static string? TextOf(ApiAnswer answer, string member) =>
        answer.Json.GetProperty(member) is { ValueKind: not JsonValueKind.Null } value ? value.ToString() : null;

    private static Task<ApiAnswer> PatchAsync(
        ApiClient client, string address, string patch, string? etag, string mediaType = MergePatch) =>
        SendAsync(client, HttpMethod.Patch, address, patch, etag, mediaType);

    private static async Task<ApiAnswer> SendAsync(
        ApiClient client, HttpMethod method, string address, string body, string? etag, string mediaType)
    {
        using var request = new HttpRequestMessage(method, address) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        if (mediaType.Length > 0) request.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        if (client.AccessToken is not null) request.Headers.Authorization = new("Bearer", client.AccessToken);
        if (etag is not null) request.Headers.TryAddWithoutValidation("If-Match", etag);
        using var answer = await client.Issuer.Http.SendAsync(request);
        return new(answer.StatusCode, answer.Headers, answer.Content.Headers, await answer.Content.ReadAsStringAsync());
    }
}

public sealed class UserPatchesOnSqlite(SqliteHost fixture) : UserPatchTests(fixture), IClassFixture<SqliteHost>;

public sealed class UserPatchesOnPostgres(PostgresHost fixture) : UserPatchTests(fixture), IClassFixture<PostgresHost>;
