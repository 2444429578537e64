using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>Consent (OpenID Connect Core 3.1.2.4) and RP-Initiated Logout 1.0.</summary>
public abstract class ConsentAndSignOutTests(HostFixture fixture)
{
    private Issuer Issuer => fixture.Host.Issuer;

    [Fact]
    public async Task An_app_of_somebody_else_asks_once_and_is_remembered()
    {
        var (app, browser) = (Seed.ThirdParty(Issuer), await SignedInAsync(Seed.Alice));
        var page = await browser.OpenAsync(app.NewRequest("openid email").Address);
        Assert.True(page.HasForm("/consent"));
        Assert.Contains("Somebody else's app", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains(Seed.Alice.Email, page.Document.Body.TextContent, StringComparison.Ordinal);

        Assert.NotNull((await browser.AuthorizeAsync(app, "openid email")).Code);
        Assert.NotNull((await browser.AuthorizeAsync(app, "openid email", [("prompt", "none")])).Code);
        Assert.Equal("consent_required", (await browser.AuthorizeAsync(app, "openid email notes:read", [("prompt", "none")])).Error);
        Assert.NotNull((await browser.AuthorizeAsync(app, "openid email", [("prompt", "consent")])).Code);
    }

    [Fact]
    public async Task Refusing_goes_back_as_access_denied_and_is_not_remembered()
    {
        var (app, browser) = (Seed.ThirdParty(Issuer), await SignedInAsync(Seed.Bob));
        Assert.Equal("access_denied", (await browser.AuthorizeAsync(app, allow: false)).Error);
        Assert.NotNull((await browser.AuthorizeAsync(app)).Code);
    }

    [Fact]
    public async Task A_consent_counts_for_the_person_who_gave_it_alone()
    {
        var (app, carol) = (Seed.ThirdParty(Issuer), await SignedInAsync(Seed.Carol));
        Assert.NotNull((await carol.AuthorizeAsync(app, "openid profile")).Code);
        var other = await SignedInAsync(Seed.Alice);
        Assert.Equal("consent_required", (await other.AuthorizeAsync(app, "openid profile notes:read", [("prompt", "none")])).Error);
    }

    [Fact]
    public async Task A_forged_consent_post_is_refused()
    {
        var (app, browser) = (Seed.ThirdParty(Issuer), await SignedInAsync(Seed.Bob));
        var request = app.NewRequest("openid offline_access notes:read");
        using var forged = new FormUrlEncodedContent([new("decision", "allow"), new("returnUrl", request.Address)]);
        using var answer = await browser.Http.PostAsync("/consent", forged);
        // Not a page of ours: the request is asked anew, and nothing was allowed.
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains(WebUtility.HtmlEncode(request.Address), await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(
            "consent_required", (await browser.AuthorizeAsync(app, "openid offline_access notes:read", [("prompt", "none")])).Error);
    }

    [Fact]
    public async Task A_mark_of_one_request_counts_for_no_other()
    {
        var (app, browser) = (Seed.ThirdParty(Issuer), await SignedInAsync(Seed.Alice));
        var page = await browser.OpenAsync(app.NewRequest("openid", [("prompt", "consent")]).Address);
        var returnUrl = page.Form("/consent")!.QuerySelector("input[name=returnUrl]")!.GetAttribute("value")!;
        var mark = QueryHelpers.ParseQuery(new Uri(Issuer.Address, returnUrl).Query)["interaction"].ToString();
        var other = await browser.OpenAsync(
            QueryHelpers.AddQueryString(app.NewRequest("openid", [("prompt", "consent")]).Address, "interaction", mark));
        Assert.True(other.HasForm("/consent"));
    }

    [Fact]
    public async Task With_a_valid_hint_the_person_is_signed_out_and_brought_back()
    {
        var (app, browser) = (Seed.Web(Issuer), await SignedInAsync(Seed.Alice));
        var online = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app));
        var offline = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        var page = await browser.OpenAsync(EndSession(online.Text("id_token"), "https://web.example.test/signed-out", "s 1"));
        Assert.Equal("https://web.example.test/signed-out?state=s%201", page.LeftTo!.AbsoluteUri);

        Assert.Equal("login_required", (await browser.AuthorizeAsync(app, extra: [("prompt", "none")])).Error);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.UserInfoAsync(online.AccessToken)).Status);
        // OpenID Connect Back-Channel Logout 2.7: offline access outlives the sign-out.
        Assert.True((await app.RefreshAsync(offline.RefreshToken)).IsOk);
    }

    [Fact]
    public async Task A_sign_out_that_another_site_posts_signs_the_person_out()
    {
        var (app, browser) = (Seed.Web(Issuer), await SignedInAsync(Seed.Alice));
        var hint = (await app.RedeemCodeAsync(await browser.AuthorizeAsync(app))).Text("id_token")!;
        using var content = new FormUrlEncodedContent(
            [new("id_token_hint", hint), new("post_logout_redirect_uri", "https://web.example.test/signed-out"), new("state", "s")]);
        // The browser sends no cookie with another site's form (SameSite=Lax), and one with the GET that follows.
        using var answer = await Issuer.Http.PostAsync("/connect/endsession", content);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        var page = await browser.OpenAsync(answer.Headers.Location!.OriginalString);
        Assert.Equal("https://web.example.test/signed-out?state=s", page.LeftTo!.AbsoluteUri);
        Assert.Equal("login_required", (await browser.AuthorizeAsync(app, extra: [("prompt", "none")])).Error);
    }

    [Fact]
    public async Task A_hint_of_another_browser_of_the_same_person_asks_first()
    {
        var app = Seed.Web(Issuer);
        var phone = await SignedInAsync(Seed.Alice);
        var hint = (await app.RedeemCodeAsync(await phone.AuthorizeAsync(app))).Text("id_token");
        var desk = await SignedInAsync(Seed.Alice);
        var page = await desk.OpenAsync(EndSession(hint, "https://web.example.test/signed-out", null));
        Assert.Contains("asks to sign you out", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.NotNull((await desk.AuthorizeAsync(app, extra: [("prompt", "none")])).Code);
        Assert.Equal("https://web.example.test/signed-out", (await desk.SubmitAsync(page, "/signout")).LeftTo?.AbsoluteUri);
        Assert.NotNull((await phone.OpenAsync(EndSession(hint, "https://web.example.test/signed-out", null))).LeftTo);
    }

    [Fact]
    public async Task Without_a_hint_the_person_is_asked_and_then_not_sent_to_an_address_that_nobody_vouched_for()
    {
        var (app, browser) = (Seed.Web(Issuer), await SignedInAsync(Seed.Alice));
        var page = await browser.OpenAsync(EndSession(null, "https://web.example.test/signed-out", null));
        Assert.True(page.HasForm("/signout"));
        Assert.NotNull((await browser.AuthorizeAsync(app, extra: [("prompt", "none")])).Code);
        var after = await browser.SubmitAsync(page, "/signout");
        Assert.Null(after.LeftTo);
        Assert.Equal("login_required", (await browser.AuthorizeAsync(app, extra: [("prompt", "none")])).Error);
    }

    [Fact]
    public async Task With_client_id_and_no_hint_the_person_goes_back_to_a_registered_address_once_they_have_confirmed()
    {
        var browser = await SignedInAsync(Seed.Alice);
        var request = EndSession(null, "https://web.example.test/signed-out", "s") + "&client_id=web";
        var page = await browser.OpenAsync(request);
        Assert.Contains("asks to sign you out", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal("https://web.example.test/signed-out?state=s", (await browser.SubmitAsync(page, "/signout")).LeftTo?.AbsoluteUri);

        // Nobody has confirmed anything now: a link, and no redirect.
        var after = await browser.OpenAsync(request);
        Assert.Null(after.LeftTo);
        Assert.NotNull(after.Document.QuerySelector("a[href='https://web.example.test/signed-out?state=s']"));
    }

    [Theory]
    [InlineData("https://evil.example.test/", "web")]
    [InlineData("https://web.example.test/signed-out", "spa")]
    public async Task A_confirmed_sign_out_still_goes_back_only_to_an_address_of_the_named_client(string address, string client)
    {
        var browser = await SignedInAsync(Seed.Alice);
        var after = await browser.SubmitAsync(
            await browser.OpenAsync(EndSession(null, address, null) + "&client_id=" + client), "/signout");
        Assert.Null(after.LeftTo);
        Assert.Null(after.Document.QuerySelector("a[href^='https:']"));
        Assert.NotNull(after.Document.QuerySelector("a[href='/signin']"));
    }

    /// <summary>Section 4: what failed to validate is not used.</summary>
    [Theory]
    [InlineData("/connect/endsession?")]
    [InlineData("/signout?returnUrl=%2Fconnect%2Fendsession%3F")]
    public async Task A_hint_that_does_not_verify_names_no_app_and_leads_nobody_back(string begin)
    {
        var (app, browser) = (Seed.Web(Issuer), await SignedInAsync(Seed.Alice));
        var hint = (await app.RedeemCodeAsync(await browser.AuthorizeAsync(app))).Text("id_token")!;
        var query = EndSession(hint[..hint.LastIndexOf('.')] + ".AAAA", "https://web.example.test/signed-out", null).Split('?')[1];
        var page = await browser.OpenAsync(begin + (begin.EndsWith('?') ? query : Uri.EscapeDataString(query)));
        Assert.DoesNotContain("asks to sign you out", page.Document.Body!.TextContent, StringComparison.Ordinal);
        var after = await browser.SubmitAsync(page, "/signout");
        Assert.Null(after.LeftTo);
        Assert.Null(after.Document.QuerySelector("a[href^='https:']"));
    }

    [Fact]
    public async Task A_request_that_names_two_apps_leads_nobody_back()
    {
        var (app, phone) = (Seed.Web(Issuer), await SignedInAsync(Seed.Alice));
        var hint = (await app.RedeemCodeAsync(await phone.AuthorizeAsync(app))).Text("id_token");
        var desk = await SignedInAsync(Seed.Alice);
        foreach (var back in new[] { "https://web.example.test/signed-out", "https://spa.example.test/" })
        {
            var page = await desk.OpenAsync(EndSession(hint, back, null) + "&client_id=spa");
            if (page.HasForm("/signout")) page = await desk.SubmitAsync(page, "/signout");
            Assert.Null(page.LeftTo);
            Assert.Null(page.Document.QuerySelector("a[href^='https:']"));
        }
    }

    [Fact]
    public async Task A_hint_of_somebody_else_signs_nobody_out_without_asking()
    {
        var app = Seed.Web(Issuer);
        var bob = await SignedInAsync(Seed.Bob);
        var hint = (await app.RedeemCodeAsync(await bob.AuthorizeAsync(app))).Text("id_token");
        var alice = await SignedInAsync(Seed.Alice);
        var page = await alice.OpenAsync(EndSession(hint, "https://web.example.test/signed-out", null));
        Assert.True(page.HasForm("/signout"));
        Assert.NotNull((await alice.AuthorizeAsync(app, extra: [("prompt", "none")])).Code);
    }

    /// <summary>RP-Initiated Logout section 2: a hint that was issued to another client than client_id names proves nothing.</summary>
    [Fact]
    public async Task A_hint_beside_the_client_id_of_another_app_asks_first_and_leads_nowhere()
    {
        var (app, browser) = (Seed.Web(Issuer), await SignedInAsync(Seed.Alice));
        var hint = (await app.RedeemCodeAsync(await browser.AuthorizeAsync(app))).Text("id_token");
        var request = EndSession(hint, "https://web.example.test/signed-out", null) + "&client_id=spa";
        var page = await browser.OpenAsync(request);
        Assert.True(page.HasForm("/signout"));
        Assert.NotNull((await browser.AuthorizeAsync(app, extra: [("prompt", "none")])).Code);
        Assert.Null((await browser.SubmitAsync(page, "/signout")).LeftTo);
        Assert.Null((await browser.OpenAsync(request)).LeftTo);
    }

    [Fact]
    public async Task An_address_that_is_not_registered_is_never_redirected_to()
    {
        var (app, browser) = (Seed.Web(Issuer), await SignedInAsync(Seed.Alice));
        var hint = (await app.RedeemCodeAsync(await browser.AuthorizeAsync(app))).Text("id_token");
        var page = await browser.OpenAsync(EndSession(hint, "https://evil.example.test/", null));
        Assert.Null(page.LeftTo);
        Assert.Equal(HttpStatusCode.OK, page.Status);
    }

    [Fact]
    public async Task An_expired_hint_still_names_its_client()
    {
        var (app, browser) = (Seed.Web(Issuer), await SignedInAsync(Seed.Alice));
        var hint = (await app.RedeemCodeAsync(await browser.AuthorizeAsync(app))).Text("id_token");
        fixture.Time.Advance(TimeSpan.FromHours(1));
        Assert.NotNull((await browser.OpenAsync(EndSession(hint, "https://web.example.test/signed-out", null))).LeftTo);
    }

    private static string EndSession(string? hint, string back, string? state)
    {
        var parameters = new Dictionary<string,
            string?> { ["id_token_hint"] = hint, ["post_logout_redirect_uri"] = back, ["state"] = state };
        return QueryHelpers.AddQueryString("/connect/endsession", parameters.Where(p => p.Value is not null));
    }

    private async Task<Browser> SignedInAsync(Person person)
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(person);
        return browser;
    }
}

public sealed class ConsentAndSignOutOnSqliteTests(SqliteHost fixture) : ConsentAndSignOutTests(fixture), IClassFixture<SqliteHost>;

public sealed class ConsentAndSignOutOnPostgresTests(PostgresHost fixture) : ConsentAndSignOutTests(fixture), IClassFixture<PostgresHost>;
