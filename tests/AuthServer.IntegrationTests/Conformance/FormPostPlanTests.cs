using System.Net;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.IntegrationTests.Conformance;

/// <summary>What the plan "Form Post OP" checks beyond "Basic OP": every answer, also an error, comes as a posted form.</summary>
public sealed class FormPostPlanTests(ConformanceHost fixture) : IClassFixture<ConformanceHost>
{
    private static readonly (string, string?) FormPost = ("response_mode", "form_post");

    [Fact]
    public async Task A_code_is_posted_with_state_and_issuer_by_a_page_whose_script_is_a_classic_one()
    {
        var (app, browser) = (await fixture.NewAppAsync(), await fixture.SignedInAsync());
        var request = app.Request("openid", FormPost);
        var page = await browser.OpenAsync(request.Address);
        page = await browser.SubmitAsync(page, "/consent", ("decision", "allow"));
        var fields = page.Posted(app);
        Assert.Equal((request.State, fixture.Issuer.Text), (fields["state"], fields["iss"]));
        Assert.Null(page.LeftTo);
        var tokens = await app.TokenAsync(
            [("grant_type", "authorization_code"), ("code", fields["code"]), ("redirect_uri", app.RedirectUri)]);
        Assert.True(tokens.IsOk, tokens.Body);
        var script = Assert.Single(page.Document.QuerySelectorAll("script"));
        Assert.Null(script.GetAttribute("type"));
        Assert.NotNull(page.Document.QuerySelector("form[data-submit-at-load] button"));
    }

    [Theory]
    [InlineData("prompt", "none", "login_required")]
    [InlineData("response_type", null, "invalid_request")]
    [InlineData("max_age", "never", "invalid_request")]
    public async Task An_error_is_posted_too(string name, string? value, string error)
    {
        var app = await fixture.NewAppAsync();
        var request = app.Request("openid", FormPost, (name, value));
        var page = await fixture.Host.NewBrowser().OpenAsync(request.Address);
        // A proxy with error pages of its own leaves it alone.
        Assert.Equal(HttpStatusCode.OK, page.Status);
        var fields = page.Posted(app);
        Assert.Equal((error, request.State, fixture.Issuer.Text), (fields["error"], fields["state"], fields["iss"]));
        Assert.False(fields.ContainsKey("code"));
    }

    [Fact]
    public async Task A_posted_request_gets_a_posted_answer()
    {
        var (app, browser) = (await fixture.NewAppAsync(), await fixture.SignedInAsync());
        await browser.SignInAsync(app);
        var request = app.Request("openid", FormPost);
        var parameters = QueryHelpers.ParseQuery(request.Address[request.Address.IndexOf('?', StringComparison.Ordinal)..]);
        using var content = new FormUrlEncodedContent(parameters.Select(p => KeyValuePair.Create(p.Key, p.Value.ToString())));
        var page = await browser.FollowAsync(await browser.Http.PostAsync("/connect/authorize", content));
        Assert.True(page.Posted(app).ContainsKey("code"));
    }
}
