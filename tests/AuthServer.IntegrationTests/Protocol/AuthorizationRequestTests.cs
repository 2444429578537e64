using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>OpenID Connect Core 3.1.2 and RFC 6749 section 4.1.2.1: what is asked of a person, and where errors go.</summary>
public abstract class AuthorizationRequestTests(HostFixture fixture)
{
    private Issuer Issuer => fixture.Host.Issuer;

    [Theory]
    [InlineData("redirect_uri", "https://evil.example.test/callback")]
    [InlineData("redirect_uri", "https://spa.example.test/callback/")]
    [InlineData("redirect_uri", "https://spa.example.test/callback?x=1")]
    [InlineData("redirect_uri", "https://SPA.example.test/callback")]
    [InlineData("redirect_uri", null)]
    [InlineData("client_id", "nobody")]
    [InlineData("client_id", null)]
    public async Task An_error_about_client_or_redirect_uri_is_a_page_and_never_a_redirect(string name, string? value)
    {
        var page = await fixture.Host.NewBrowser().OpenAsync(Seed.Spa(Issuer).NewRequest("openid", [(name, value)]).Address);
        Assert.Null(page.LeftTo);
        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.Matches("[0-9A-Z]{4}-[0-9A-Z]{4}", page.Body);
    }

    [Theory]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("response_type", null, "invalid_request")]
    [InlineData("scope", "no-such-scope nor-this", "invalid_scope")]
    [InlineData("prompt", "none login", "invalid_request")]
    [InlineData("prompt", "dance", "invalid_request")]
    [InlineData("prompt", "none create", "invalid_request")]
    [InlineData("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c", "invalid_request")]
    [InlineData("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c+", "invalid_request")]
    [InlineData("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c ", "invalid_request")]
    [InlineData("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=", "invalid_request")]
    [InlineData("max_age", "-1", "invalid_request")]
    [InlineData("max_age", "soon", "invalid_request")]
    [InlineData("claims", "{", "invalid_request")]
    [InlineData("claims", "[]", "invalid_request")]
    [InlineData("request", "eyJhbGciOiJub25lIn0.e30.", "invalid_request_object")]
    [InlineData("prompt", "none", "login_required")]
    public async Task Other_errors_go_back_to_the_client_with_state_and_issuer(string name, string? value, string error)
    {
        var answer = await fixture.Host.NewBrowser().AuthorizeAsync(Seed.Spa(Issuer), "openid", [(name, value)]);
        Assert.Equal(error, answer.Error);
        Assert.Equal(answer.Request.State, answer.Parameters["state"]);
        Assert.Equal(Issuer.Text, answer.Parameters["iss"]);
    }

    [Fact]
    public async Task A_parameter_that_stands_twice_goes_back_as_an_error()
    {
        var request = Seed.Spa(Issuer).NewRequest("openid");
        var page = await fixture.Host.NewBrowser().OpenAsync(request.Address + "&nonce=second");
        Assert.Equal("invalid_request", QueryHelpers.ParseQuery(page.LeftTo!.Query)["error"]);
    }

    [Fact]
    public async Task Response_mode_fragment_and_form_post_deliver_the_code()
    {
        var browser = await SignedInAsync();
        var fragment = await browser.OpenAsync(Seed.Spa(Issuer).NewRequest("openid", [("response_mode", "fragment")]).Address);
        Assert.Contains("code=", fragment.LeftTo!.Fragment, StringComparison.Ordinal);
        Assert.Empty(fragment.LeftTo.Query);

        var page = await browser.OpenAsync(Seed.Spa(Issuer).NewRequest("openid", [("response_mode", "form_post")]).Address);
        var form = page.Form("https://spa.example.test/callback")!;
        Assert.NotEmpty(form.QuerySelector("input[name=code]")!.GetAttribute("value")!);
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        // The app may redirect on to origins that nobody here knows.
        Assert.DoesNotContain("form-action", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotMatch("<script(?![^>]*src=)", page.Body);
        // Old web views run no modules.
        Assert.Contains("<script defer src=", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("type=\"module\"", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_posted_request_becomes_a_get_so_that_the_cookie_comes_along()
    {
        var browser = await SignedInAsync();
        var request = Seed.Spa(Issuer).NewRequest("openid");
        var parameters = QueryHelpers.ParseQuery(new Uri(Issuer.Address, request.Address).Query)
            .Select(p => KeyValuePair.Create(p.Key, p.Value.ToString()));
        using var content = new FormUrlEncodedContent(parameters);
        using var answer = await Issuer.Http.PostAsync("/connect/authorize", content);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        var page = await browser.OpenAsync(answer.Headers.Location!.ToString());
        Assert.NotNull(AuthorizationAnswer.Read(request, page).Code);
    }

    [Fact]
    public async Task Prompt_login_asks_a_signed_in_person_again_once()
    {
        var browser = await SignedInAsync();
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        var request = Seed.Spa(Issuer).NewRequest("openid", [("prompt", "login")]);
        var page = await browser.OpenAsync(request.Address);
        Assert.True(page.HasForm("/signin"));
        var back = await browser.SignInAsync(Seed.Alice.Email, Seed.Alice.Password, page: page);
        Assert.NotNull(AuthorizationAnswer.Read(request, back).Code);
    }

    [Fact]
    public async Task Max_age_asks_again_when_the_sign_in_is_too_old()
    {
        var browser = await SignedInAsync();
        fixture.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.NotNull((await browser.AuthorizeAsync(Seed.Spa(Issuer), extra: [("max_age", "1200")])).Code);
        var request = Seed.Spa(Issuer).NewRequest("openid", [("max_age", "60")]);
        var page = await browser.OpenAsync(request.Address);
        Assert.True(page.HasForm("/signin"));
        Assert.Equal(
            "login_required", (await browser.AuthorizeAsync(Seed.Spa(Issuer), extra: [("max_age", "60"), ("prompt", "none")])).Error);
    }

    [Fact]
    public async Task A_sign_in_for_a_request_counts_for_its_max_age_by_its_own_time()
    {
        var browser = await SignedInAsync();
        fixture.Time.Advance(TimeSpan.FromMinutes(10));
        var request = Seed.Spa(Issuer).NewRequest("openid", [("max_age", "60")]);
        var page = await browser.OpenAsync(request.Address);
        var onward = page.Form("/signin")!.QuerySelector("input[name=returnUrl]")!.GetAttribute("value")!;
        Assert.NotNull(
            AuthorizationAnswer.Read(request, await browser.SignInAsync(Seed.Alice.Email, Seed.Alice.Password, page: page)).Code);
        Assert.NotNull(AuthorizationAnswer.Read(request, await browser.OpenAsync(onward)).Code);
        fixture.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.True((await browser.OpenAsync(onward)).HasForm("/signin"));
    }

    [Fact]
    public async Task Max_age_0_is_satisfied_by_the_sign_in_that_it_asks_for()
    {
        var browser = await SignedInAsync();
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        var request = Seed.Spa(Issuer).NewRequest("openid", [("max_age", "0")]);
        var page = await browser.OpenAsync(request.Address);
        Assert.NotNull(
            AuthorizationAnswer.Read(request, await browser.SignInAsync(Seed.Alice.Email, Seed.Alice.Password, page: page)).Code);
    }

    [Theory]
    [InlineData("openid no-such-scope", "openid")]
    [InlineData("openid users:read notes:read", "openid notes:read")]
    public async Task A_scope_that_the_client_is_not_registered_for_is_left_out_and_the_answer_names_what_was_granted(
        string asked, string granted)
    {
        var (app, browser) = (Seed.Spa(Issuer), await SignedInAsync());
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, asked));
        Assert.Equal(granted, tokens.Text("scope"));
    }

    [Fact]
    public async Task A_parameter_that_means_nothing_here_is_ignored()
    {
        var (app, browser) = (Seed.Spa(Issuer), await SignedInAsync());
        var answer = await browser.AuthorizeAsync(app, extra: [("audience", "https://api.example.test"), ("organization", "acme")]);
        Assert.True((await app.RedeemCodeAsync(answer)).IsOk);
    }

    [Fact]
    public async Task An_empty_max_age_is_none_and_too_long_claims_are_named_as_such()
    {
        var browser = await SignedInAsync();
        fixture.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.NotNull((await browser.AuthorizeAsync(Seed.Spa(Issuer), extra: [("max_age", "")])).Code);
        var answer = await browser.AuthorizeAsync(
            Seed.Spa(Issuer), extra: [("claims", $"{{\"userinfo\":{{\"{new string('x', 5000)}\":null}}}}")]);
        Assert.Contains("longer than 4096", answer.Parameters["error_description"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompt_select_account_shows_who_is_signed_in_and_can_continue()
    {
        var browser = await SignedInAsync();
        var request = Seed.Spa(Issuer).NewRequest("openid", [("prompt", "select_account")]);
        var page = await browser.OpenAsync(request.Address);
        Assert.Contains(Seed.Alice.Email, page.Document.Body!.TextContent, StringComparison.Ordinal);
        var onward = page.Document.QuerySelector("a[href*='/connect/authorize']")!.GetAttribute("href")!;
        Assert.NotNull(AuthorizationAnswer.Read(request, await browser.OpenAsync(onward)).Code);
    }

    [Fact]
    public async Task Prompt_create_shows_the_create_account_page()
    {
        var page = await fixture.Host.NewBrowser().OpenAsync(Seed.Spa(Issuer).NewRequest("openid", [("prompt", "create")]).Address);
        Assert.True(page.HasForm("/signup"));
    }

    [Fact]
    public async Task A_login_hint_fills_in_the_address()
    {
        var page = await fixture.Host.NewBrowser()
            .OpenAsync(Seed.Spa(Issuer).NewRequest("openid", [("login_hint", "bob@example.test")]).Address);
        Assert.Equal("bob@example.test", page.Document.QuerySelector("input[name=email]")!.GetAttribute("value"));
    }

    [Fact]
    public async Task An_id_token_hint_of_somebody_else_is_not_answered_for_this_person()
    {
        var app = Seed.Spa(Issuer);
        var alice = await SignedInAsync();
        var hint = (await app.RedeemCodeAsync(await alice.AuthorizeAsync(app))).Text("id_token")!;
        Assert.NotNull((await alice.AuthorizeAsync(app, extra: [("id_token_hint", hint), ("prompt", "none")])).Code);
        var bob = fixture.Host.NewBrowser();
        await bob.SignInAsync(Seed.Bob);
        Assert.Equal("login_required", (await bob.AuthorizeAsync(app, extra: [("id_token_hint", hint), ("prompt", "none")])).Error);
    }

    [Fact]
    public async Task An_essential_acr_that_cannot_be_met_is_an_error()
    {
        var browser = await SignedInAsync();
        var answer = await browser.AuthorizeAsync(
            Seed.Spa(Issuer), extra: [("claims", """{"id_token":{"acr":{"essential":true,"values":["phr"]}}}""")]);
        Assert.Equal("unmet_authentication_requirements", answer.Error);
    }

    [Fact]
    public async Task Offline_access_is_left_out_for_a_client_that_may_not_have_it_and_pkce_is_honoured_for_confidential_clients()
    {
        var browser = await SignedInAsync();
        var app = Seed.Web(Issuer);
        var answer = await browser.AuthorizeAsync(app);
        Assert.Equal(
            "invalid_grant", (await app.RedeemCodeAsync(answer with { Request = answer.Request with { Verifier = new string('x', 43) } }))
                .Error);
        Assert.True((await app.RedeemCodeAsync(answer)).IsOk);
    }

    [Fact]
    public async Task Hostile_text_in_a_request_stays_text_on_the_error_page()
    {
        var page = await fixture.Host.NewBrowser()
            .OpenAsync(
                "/connect/authorize?client_id=%3Cscript%3Ealert(1)%3C/script%3E&redirect_uri=javascript:alert(1)&response_type=code");
        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.DoesNotContain("<script>alert", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("javascript:", page.Document.Links.Select(l => l.GetAttribute("href")).OfType<string>());
    }

    private async Task<Browser> SignedInAsync()
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        return browser;
    }
}

public sealed class AuthorizationRequestOnSqliteTests(SqliteHost fixture) : AuthorizationRequestTests(fixture), IClassFixture<SqliteHost>;

public sealed class AuthorizationRequestOnPostgresTests(
    PostgresHost fixture) : AuthorizationRequestTests(fixture), IClassFixture<PostgresHost>;
