using System.Net;
using AuthServer.IntegrationTests.Fixtures;

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
            Settings = new Dictionary<string, string>(setup.Settings) { ["PROFILE_CLAIMS"] = "given_name, family_name locale" },
        };
    }
}
