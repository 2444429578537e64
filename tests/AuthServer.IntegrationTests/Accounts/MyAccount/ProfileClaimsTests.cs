using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts.MyAccount;

/// <summary>PROFILE_CLAIMS: what people may say about themselves.</summary>
public sealed class ProfileClaimsTests(FewClaimsHost fixture) : IClassFixture<FewClaimsHost>
{
    [Fact]
    public async Task The_page_has_the_fields_that_the_operator_wants_and_what_others_post_is_refused()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        var page = await visitor.OpenAsync("/account/profile");
        Assert.Equal(
            ["family_name", "given_name", "locale"],
            page.Document.QuerySelectorAll("main [name]").Select(field => field.GetAttribute("name")!)
                .Where(name => name is not ("version" or "theme") && !name.StartsWith("__", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal));
        var refused = await visitor.Browser.SubmitAsync(page, "/account/profile", ("nickname", "Vee"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        var changed = await visitor.Browser.SubmitAsync(page, "/account/profile", ("given_name", "Vera Maria"));
        Assert.Equal("/account/profile?done=saved", changed.Address.PathAndQuery);
    }

    [Fact]
    public async Task The_language_of_pages_and_mails_can_be_chosen_all_the_same()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        var page = await visitor.OpenAsync("/account/profile");
        var german = await visitor.Browser.SubmitAsync(page, "/account/profile/language", ("locale", "de"));
        Assert.Equal("/account/profile?done=saved", german.Address.PathAndQuery);
        Assert.Equal("de", german.Document.DocumentElement.GetAttribute("lang"));
        var unknown = await visitor.Browser.SubmitAsync(german, "/account/profile/language", ("locale", "tlh"));
        Assert.Equal("/account/profile", unknown.Address.PathAndQuery);
        var grey = await visitor.Browser.SubmitAsync(german, "/account/profile/theme", ("theme", "grey"));
        Assert.Equal("/account/profile", grey.Address.PathAndQuery);

        var api = await ApiClient.SignInAsync(fixture.Host, visitor.Person, "openid account:read account:write");
        var now = (await api.GetAsync("/v1/account/language")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("de", now.GetProperty("language").GetString());
        Assert.Contains("pt-BR", now.GetProperty("languages").EnumerateArray().Select(tag => tag.GetString()));
        (await api.PutAsync("/v1/account/language", new { language = "tlh" }, null))
            .Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        (await api.PatchAsync("/v1/account/profile", new { locale = "fr" }, "*"))
            .Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        Assert.Equal("fr", (await api.PutAsync("/v1/account/language", new { language = "fr" }, null)).Text("language"));
        // That of the browser again.
        (await api.PutAsync("/v1/account/language", """{"language":null}""", null)).Expect(HttpStatusCode.OK);
        Assert.Equal("""{"given_name":"Vera","family_name":"Visitor"}""", (await api.GetAsync("/v1/account/profile")).Body);
    }

    [Fact]
    public async Task An_admin_writes_what_people_do_not_fill_in()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        var admin = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        var id = await fixture.Host.WithDatabaseAsync(
            db => db.Users.Where(u => u.Email == visitor.Person.Email).Select(u => u.Id).SingleAsync());
        var target = $"/v1/users/{id}/profile";
        var before = (await admin.GetAsync(target)).Expect(HttpStatusCode.OK);
        (await admin.PatchAsync(target, new { nickname = "V" }, null)).Expect(HttpStatusCode.PreconditionRequired, "precondition-required");
        (await admin.PatchAsync(target, new { zoneinfo = "Middle/Earth" }, before.ETag))
            .Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        var after = (await admin.PatchAsync(target, """{"nickname":"V","phone_number":"+442079460958"}""", before.ETag))
            .Expect(HttpStatusCode.OK);
        Assert.Equal(("V", "+442079460958"), (after.Text("nickname"), after.Text("phone_number")));
        (await admin.PatchAsync(target, new { nickname = "W" }, before.ETag))
            .Expect(HttpStatusCode.PreconditionFailed, "precondition-failed");

        var carol = await fixture.Host.WithDatabaseAsync(db => db.Users.SingleAsync(u => u.Email == Seed.Carol.Email));
        var record = await fixture.Host.WithDatabaseAsync(
            db => db.AuditEvents.SingleAsync(e => e.Kind == "user.updated" && e.SubjectId == id));
        Assert.Equal((carol.Id, "console", "nickname phone_number"), (record.ActorId!.Value, record.ClientId, record.Detail));

        // Not for others, not even for the person themselves, and the same whether there is such an account or not.
        var person = await ApiClient.SignInAsync(fixture.Host, visitor.Person, "openid account:read account:write");
        foreach (var path in new[] { target, "/v1/users/me/profile", $"/v1/users/{Guid.CreateVersion7()}/profile" })
        {
            (await person.GetAsync(path)).Expect(HttpStatusCode.Forbidden, "insufficient-scope");
            (await person.PatchAsync(path, new { nickname = "X" }, "*")).Expect(HttpStatusCode.Forbidden, "insufficient-scope");
        }

        (await admin.PatchAsync($"/v1/users/{Guid.CreateVersion7()}/profile", new { nickname = "X" }, "*"))
            .Expect(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task The_api_refuses_what_is_not_kept_and_says_so()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        var person = await ApiClient.SignInAsync(fixture.Host, visitor.Person, "openid account:read account:write");
        var refused = await person.PatchAsync("/v1/account/profile", new { phone_number = "+442079460958" }, "*");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("is not kept by this server", refused.Body, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/v1/account/picture") { Content = new ByteArrayContent([1]) };
        request.Content.Headers.ContentType = new("image/png");
        request.Headers.Authorization = new("Bearer", person.AccessToken);
        using var answer = await fixture.Issuer.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
    }
}

public sealed class FewClaimsHost() : HostFixture(DatabaseKind.Sqlite)
{
    protected override HostSetup Prepare(HostSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        return setup with
        {
            Settings = new Dictionary<string, string>(setup.Settings) { ["PROFILE_CLAIMS"] = "given_name, family_name" },
        };
    }
}
