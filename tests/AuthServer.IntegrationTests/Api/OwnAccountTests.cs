using System.Net;
using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Api;

/// <summary>/v1/account: what the pages of an account can do, for first-party apps; RFC 9470 where a new sign-in is needed.</summary>
public abstract class OwnAccountTests(HostFixture fixture)
{
    private const string Account = "/v1/account";
    private const string StepUp =
        "Bearer error=\"insufficient_user_authentication\", error_description=\"A more recent sign-in is required\", max_age=\"300\"";

    [Fact]
    public async Task The_profile_is_read_and_changed_by_a_merge_patch()
    {
        var (api, _) = await NewAsync();
        var before = (await api.GetAsync(Account + "/profile")).Expect(HttpStatusCode.OK);
        Assert.Equal("""{"given_name":"Vera","family_name":"Visitor"}""", before.Body);
        (await api.PatchAsync(Account + "/profile", new { nickname = "V" }, null))
            .Expect(HttpStatusCode.PreconditionRequired, "precondition-required");
        var after = (await api.PatchAsync(
            Account + "/profile",
            """{"nickname":"V","family_name":null,"zoneinfo":"Europe/Paris","address":{"locality":"Paris"}}""", before.ETag))
            .Expect(HttpStatusCode.OK);
        Assert.Equal(
            """{"given_name":"Vera","nickname":"V","zoneinfo":"Europe/Paris","address":{"locality":"Paris"}}""", after.Body);
        Assert.Equal(after.ETag, (await api.GetAsync("/v1/users/me")).ETag);
        (await api.PatchAsync(Account + "/profile", new { nickname = "W" }, before.ETag))
            .Expect(HttpStatusCode.PreconditionFailed, "precondition-failed");
        var wrong = (await api.PatchAsync(
            Account + "/profile", """{"birthdate":"soon","picture":"http://x.example/p","address":{"region":"{0}"}}"""
                .Replace("{0}", new string('x', 300), StringComparison.Ordinal), after.ETag))
            .Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        Assert.Equal(["address.region", "birthdate", "picture"], wrong.Members.Order());
        (await api.PatchAsync(Account + "/profile", """{"email_verified":true}""", after.ETag))
            .Expect(HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    public async Task The_theme_is_read_and_chosen_and_pages_follow_it_after_the_next_sign_in()
    {
        var (api, person) = await NewAsync();
        Assert.Equal("""{"theme":"system"}""", (await api.GetAsync(Account + "/theme")).Expect(HttpStatusCode.OK).Body);
        (await api.PutAsync(Account + "/theme", new { theme = "grey" }, null))
            .Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        foreach (var theme in new[] { "light", "system", "dark" })
        {
            var chosen = (await api.PutAsync(Account + "/theme", new { theme }, null)).Expect(HttpStatusCode.OK);
            Assert.Equal(theme, chosen.Text("theme"));
            Assert.Equal(theme, (await api.GetAsync(Account + "/theme")).Text("theme"));
        }

        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(person);
        Assert.Equal("dark", (await browser.OpenAsync("/account")).Document.DocumentElement.GetAttribute("data-theme"));
    }

    [Fact]
    public async Task Scopes_and_first_party_apps_are_needed()
    {
        var third = await ApiClient.SignInAsync(
            fixture.Host, Seed.Directory(fixture.Issuer), Seed.Bob, "openid account:read offline_access");
        (await third.GetAsync(Account + "/profile")).Expect(HttpStatusCode.OK);
        foreach (var path in new[] { "/sessions", "/apps", "/activity", "/export", "/theme", "/language" })
        {
            (await third.GetAsync(Account + path)).Expect(HttpStatusCode.Forbidden, "forbidden");
        }

        var reader = await ApiClient.SignInAsync(fixture.Host, Seed.Bob, "openid account:read");
        (HttpMethod Method, string Path, object? Body)[] writes =
        [
            (HttpMethod.Patch, "/profile", "{}"), (HttpMethod.Put, "/password", "{}"), (HttpMethod.Delete, "/sessions", null),
            (HttpMethod.Delete, "/sessions/" + Guid.CreateVersion7(), null), (HttpMethod.Delete, "/apps/spa", null),
            (HttpMethod.Post, "/deletion", "{}"), (HttpMethod.Put, "/theme", "{}"), (HttpMethod.Put, "/language", "{}"),
        ];
        foreach (var (method, path, body) in writes)
        {
            (await reader.SendAsync(method, Account + path, body)).Expect(HttpStatusCode.Forbidden, "insufficient-scope");
            (await new ApiClient(fixture.Issuer).SendAsync(method, Account + path, body))
                .Expect(HttpStatusCode.Unauthorized, "unauthorized");
        }

        var writer = await ApiClient.SignInAsync(fixture.Host, Seed.Bob, "openid account:write");
        foreach (var path in new[] { "/profile", "/sessions", "/apps", "/activity", "/export" })
        {
            (await writer.GetAsync(Account + path)).Expect(HttpStatusCode.Forbidden, "insufficient-scope");
        }
    }

    [Fact]
    public async Task What_changes_a_way_in_or_takes_data_away_needs_a_recent_sign_in()
    {
        var (api, person) = await NewAsync();
        fixture.Time.Advance(TimeSpan.FromMinutes(6));
        ApiAnswer.Refused(await api.GetAsync(Account + "/export"), HttpStatusCode.Unauthorized, "step-up-required", StepUp);
        ApiAnswer.Refused(
            await api.PostAsync(Account + "/deletion", new { email = person.Email }), HttpStatusCode.Unauthorized, "step-up-required",
            StepUp);
        ApiAnswer.Refused(
            await api.SendAsync(HttpMethod.Put, Account + "/password", new { password = "Purple-Teapot-84" }), HttpStatusCode.Unauthorized,
            "step-up-required", StepUp);
        // The password of today is a proof by itself.
        var wrong = await api.SendAsync(
            HttpMethod.Put, Account + "/password", new { password = "Purple-Teapot-84", current_password = "Not-It-At-All-1" });
        Assert.Equal(["current_password"], wrong.Expect(HttpStatusCode.UnprocessableEntity, "invalid-value").Members);
        var weak = await api.SendAsync(
            HttpMethod.Put, Account + "/password", new { password = "Password1!", current_password = person.Password });
        Assert.Equal(["password"], weak.Expect(HttpStatusCode.UnprocessableEntity, "invalid-value").Members);
        (await api.SendAsync(
            HttpMethod.Put, Account + "/password", new { password = "Purple-Teapot-84", current_password = person.Password }))
            .Expect(HttpStatusCode.NoContent);
        (await api.GetAsync(Account + "/profile")).Expect(HttpStatusCode.OK);
        (await new ApiCaller(fixture.Issuer).LoginAsync(person)).Expect(HttpStatusCode.Unauthorized, "invalid-credentials");
    }

    [Fact]
    public async Task Sessions_are_listed_and_ended_and_another_persons_is_not_found()
    {
        var (api, person) = await NewAsync();
        var (other, _) = await NewAsync();
        var login = await new ApiCaller(fixture.Issuer).LoginAsync(person);
        var sessions = Sessions(await api.GetAsync(Account + "/sessions"));
        Assert.Equal(3, sessions.Count);
        var current = Assert.Single(sessions, s => s.GetProperty("current").GetBoolean());
        Assert.Equal(("app", "console"), (current.GetProperty("kind").GetString(), current.GetProperty("client_id").GetString()));
        var direct = sessions.Single(s => s.GetProperty("client_id").GetString() == "authplatform-first-party");
        var foreign = Sessions(await other.GetAsync(Account + "/sessions"))[0].GetProperty("id").GetString();
        foreach (var wrong in new[] { foreign!, Guid.CreateVersion7().ToString(), "x" })
        {
            (await api.DeleteAsync($"{Account}/sessions/{wrong}")).Expect(HttpStatusCode.NotFound, "not-found");
        }

        (await api.DeleteAsync($"{Account}/sessions/{direct.GetProperty("id").GetString()}")).Expect(HttpStatusCode.NoContent);
        Assert.Equal(HttpStatusCode.Unauthorized, (await new ApiCaller(fixture.Issuer).RefreshAsync(login.RefreshToken)).Status);
        (await api.DeleteAsync(Account + "/sessions")).Expect(HttpStatusCode.NoContent);
        // The app that asks, and the browser from which it was opened.
        var left = Sessions(await api.GetAsync(Account + "/sessions"));
        Assert.Equal([null, "console"], left.Select(s => s.GetProperty("client_id").GetString()).Order());
        (await other.GetAsync(Account + "/profile")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Apps_are_listed_and_withdrawn_and_activity_pages()
    {
        var (api, person) = await NewAsync();
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(person);
        await browser.AuthorizeAsync(Seed.ThirdParty(fixture.Issuer), "openid email");
        var apps = (await api.GetAsync(Account + "/apps")).Json.GetProperty("apps").EnumerateArray().ToList();
        Assert.Equal(["console", "third-party"], apps.Select(a => a.GetProperty("client_id").GetString()).Order());
        (await api.DeleteAsync(Account + "/apps/third-party")).Expect(HttpStatusCode.NoContent);
        (await api.DeleteAsync(Account + "/apps/third-party")).Expect(HttpStatusCode.NotFound, "not-found");

        var seen = new List<string?>();
        for (var next = Account + "/activity?limit=2"; next is not null;)
        {
            var page = (await api.GetAsync(next)).Expect(HttpStatusCode.OK);
            seen.AddRange(page.Json.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("kind").GetString()));
            next = page.Header("Link") is { } link ? new Uri(link[1..link.IndexOf('>', StringComparison.Ordinal)]).PathAndQuery : null;
        }

        Assert.Equal(
            ["consent.given", "consent.withdrawn", "session.opened", "session.opened", "session.opened", "user.created"],
            seen.Order());
        foreach (var wrong in new[] { "?limit=0", "?limit=1&limit=2", "?cursor=x", "?after=x" })
        {
            (await api.GetAsync(Account + "/activity" + wrong)).Expect(HttpStatusCode.BadRequest, "invalid-request");
        }
    }

    [Fact]
    public async Task A_deletion_is_confirmed_and_ends_the_session()
    {
        var (api, person) = await NewAsync();
        (await api.PostAsync(Account + "/deletion", new { email = "not@it.example" }))
            .Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        var export = await api.GetAsync(Account + "/export");
        Assert.Equal((HttpStatusCode.OK, "application/zip"), (export.Status, export.MediaType));
        var answer = (await api.PostAsync(Account + "/deletion", new { email = person.Email })).Expect(HttpStatusCode.Accepted);
        Assert.Equal(
            fixture.Time.GetUtcNow().AddDays(14).ToUnixTimeSeconds(),
            answer.Json.GetProperty("delete_after").GetDateTimeOffset().ToUnixTimeSeconds());
        (await api.GetAsync(Account + "/profile")).Expect(HttpStatusCode.Unauthorized, "unauthorized");
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        (await carol.PostAsync(Account + "/deletion", new { email = Seed.Carol.Email })).Expect(HttpStatusCode.Conflict, "own-account");
    }

    [Fact]
    public async Task Admins_list_and_end_the_sessions_of_others_and_keep_what_was_to_be_deleted()
    {
        var (api, person) = await NewAsync();
        var id = (await api.GetAsync("/v1/users/me")).Id;
        var sessions = $"/v1/users/{id}/sessions";
        (await api.GetAsync(sessions)).Expect(HttpStatusCode.Forbidden, "insufficient-scope");
        (await api.DeleteAsync(sessions)).Expect(HttpStatusCode.Forbidden, "insufficient-scope");
        var admin = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        var listed = Sessions(await admin.GetAsync(sessions));
        Assert.Equal(2, listed.Count);
        Assert.DoesNotContain(listed, s => s.GetProperty("current").GetBoolean());
        (await admin.GetAsync($"/v1/users/{Guid.CreateVersion7()}/sessions")).Expect(HttpStatusCode.NotFound, "not-found");
        var own = Sessions(await admin.GetAsync(Account + "/sessions"))[0].GetProperty("id").GetString();
        (await admin.DeleteAsync($"{sessions}/{own}")).Expect(HttpStatusCode.NotFound, "not-found");
        var browser = listed.Single(s => s.GetProperty("kind").GetString() == "browser").GetProperty("id").GetString();
        (await admin.DeleteAsync($"{sessions}/{browser}")).Expect(HttpStatusCode.NoContent);
        (await api.GetAsync("/v1/users/me")).Expect(HttpStatusCode.Unauthorized, "unauthorized");

        var back = await ApiClient.SignInAsync(fixture.Host, person);
        (await admin.DeleteAsync(sessions)).Expect(HttpStatusCode.NoContent);
        (await back.GetAsync("/v1/users/me")).Expect(HttpStatusCode.Unauthorized, "unauthorized");
        Assert.Empty(Sessions(await admin.GetAsync(sessions)));
        (await admin.DeleteAsync("/v1/users/me/sessions")).Expect(HttpStatusCode.NoContent);

        back = await ApiClient.SignInAsync(fixture.Host, person);
        (await back.PostAsync(Account + "/deletion", new { email = person.Email })).Expect(HttpStatusCode.Accepted);
        var closed = await admin.GetAsync($"/v1/users/{id}");
        Assert.True(closed.Json.GetProperty("disabled").GetBoolean());
        Assert.Equal(
            fixture.Time.GetUtcNow().AddDays(14).ToUnixTimeSeconds(),
            closed.Json.GetProperty("delete_after").GetDateTimeOffset().ToUnixTimeSeconds());
        (await admin.PatchAsync($"/v1/users/{id}", new { disabled = false }, closed.ETag)).Expect(HttpStatusCode.OK);
        (await new ApiCaller(fixture.Issuer).LoginAsync(person)).Expect(HttpStatusCode.OK);
    }

    private async Task<(ApiClient Api, Person Person)> NewAsync()
    {
        var person = new Person($"own-{Guid.CreateVersion7():N}@example.test", "Orange-Kettle-19");
        (await new ApiClient(fixture.Issuer).PostAsync(
            "/v1/auth/register",
            new { email = person.Email, password = person.Password, first_name = "Vera", last_name = "Visitor" }))
            .Expect(HttpStatusCode.Created);
        return (await ApiClient.SignInAsync(fixture.Host, person, "openid offline_access account:read account:write"), person);
    }

    private static List<JsonElement> Sessions(ApiAnswer answer) =>
        [.. answer.Expect(HttpStatusCode.OK).Json.GetProperty("sessions").EnumerateArray()];
}

public sealed class OwnAccountOnSqlite(SqliteHost fixture) : OwnAccountTests(fixture), IClassFixture<SqliteHost>;

public sealed class OwnAccountOnPostgres(PostgresHost fixture) : OwnAccountTests(fixture), IClassFixture<PostgresHost>;
