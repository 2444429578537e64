using System.Net;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Conformance;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.RateLimits;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Protocol.Registration;

/// <summary>
/// What a client is not trusted with that nobody has let in: neither with the browsers of people (RFC 9700 section 4.11.2), nor with what
/// this server alone can reach.
/// </summary>
public sealed class StrangerTests(ConformanceHost fixture) : IClassFixture<ConformanceHost>
{
    private const string Site = "https://phishing.example/cb";

    private static readonly (string, JsonNode?) Redirect = ("redirect_uris", new JsonArray(Site));

    private Issuer Issuer => fixture.Issuer;

    [Theory]
    [InlineData("prompt", "none", "login_required")]
    [InlineData("scope", "nothing", "invalid_scope")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("max_age", "-1", "invalid_request")]
    [InlineData("claims", "x", "invalid_request")]
    public async Task An_error_shows_where_the_app_is_and_sends_nobody_there(string name, string value, string error)
    {
        var app = await fixture.NewAppAsync(Redirect, ("client_name", "Your bank"), ("client_uri", "https://phishing.example/home"));
        var page = await fixture.Host.NewBrowser().OpenAsync(app.Request("openid", (name, value)).Address);
        Assert.Equal((HttpStatusCode.BadRequest, null), (page.Status, page.LeftTo));
        Assert.Null(page.GoesOnTo);
        var text = page.Document.Body!.TextContent;
        Assert.Contains("does not know who runs it", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Your bank", text, StringComparison.Ordinal);
        var link = Assert.Single(page.Document.QuerySelectorAll("a.button"));
        Assert.Equal("Back to phishing.example", link.TextContent);
        var answer = QueryHelpers.ParseQuery(new Uri(link.GetAttribute("href")!).Query);
        Assert.Equal((error, Issuer.Text), (answer["error"].ToString(), answer["iss"].ToString()));
        Assert.NotEmpty(answer["state"].ToString());
    }

    [Theory]
    [InlineData("fragment")]
    [InlineData("form_post")]
    [InlineData("jwt")]
    [InlineData("fragment.jwt")]
    [InlineData("form_post.jwt")]
    public async Task The_person_takes_it_there_in_the_response_mode_that_was_asked_for(string mode)
    {
        var app = await fixture.NewAppAsync(Redirect);
        var page = await fixture.Host.NewBrowser().OpenAsync(app.Request("openid", ("prompt", "none"), ("response_mode", mode)).Address);
        Assert.Null(page.LeftTo);
        Assert.Empty(page.Document.QuerySelectorAll("script[src*=form-post], [data-submit-at-load]"));
        var sent = mode.StartsWith("form_post", StringComparison.Ordinal) ? page.Posted(app) : Sent(page);
        if (!mode.EndsWith("jwt", StringComparison.Ordinal)) Assert.Equal("login_required", sent["error"]);
        else Assert.Equal("login_required", new JsonWebToken(sent["response"]).GetClaim("error").Value);

        static Dictionary<string, string> Sent(Page page)
        {
            var link = new Uri(page.Document.QuerySelector("a.button")!.GetAttribute("href")!);
            return QueryHelpers.ParseQuery(link.Query.Length > 0 ? link.Query : link.Fragment.TrimStart('#'))
                .ToDictionary(p => p.Key, p => p.Value.ToString());
        }
    }

    [Fact]
    public async Task Whoever_does_not_allow_it_stays_and_whoever_has_is_answered_silently()
    {
        var (app, browser) = (await fixture.NewAppAsync(Redirect), await fixture.SignedInAsync());
        // Signed in, and has never allowed this app anything.
        Assert.Null((await browser.OpenAsync(app.Request("openid", ("prompt", "none")).Address)).LeftTo);
        var page = await browser.SubmitAsync(await browser.OpenAsync(app.Request().Address), "/consent", ("decision", "deny"));
        Assert.Null(page.LeftTo);
        Assert.Equal("You did not allow what phishing.example asked", page.Document.QuerySelector("h1")!.TextContent);

        Assert.True((await browser.SignInAsync(app)).IsOk);
        Assert.NotEmpty((await browser.AskAsync(app, "openid", ("prompt", "none"))).Code);
        Assert.Equal("consent_required", (await browser.AskAsync(app, "openid email", ("prompt", "none"))).Error);
        // In another browser nobody is known.
        Assert.Null((await fixture.Host.NewBrowser().OpenAsync(app.Request("openid", ("prompt", "none")).Address)).LeftTo);
    }

    /// <summary>RP-Initiated Logout 1.0 section 3: by client_id alone, as anybody can write it into a link.</summary>
    [Theory]
    [InlineData("https://phishing.example/out", false)]
    [InlineData("https://suite.example.test/out", true)]
    public async Task A_confirmed_sign_out_has_a_link_to_an_app_that_nobody_knows_and_sends_nobody_there(string address, bool isTrusted)
    {
        var (_, registered) = await fixture.TryRegisterAsync(
            Redirect, ("client_name", "Your bank"), ("post_logout_redirect_uris", new JsonArray(address)));
        var browser = await fixture.SignedInAsync();
        var question = await browser.OpenAsync(QueryHelpers.AddQueryString("/connect/endsession", new Dictionary<string, string?>
        {
            ["client_id"] = registered.ClientId, ["post_logout_redirect_uri"] = address, ["state"] = "s",
        }));
        Assert.DoesNotContain("Your bank", question.Body, StringComparison.Ordinal);
        var page = await browser.SubmitAsync(question, "/signout");
        Assert.Equal(isTrusted ? address + "?state=s" : null, page.LeftTo?.AbsoluteUri);
        if (isTrusted) return;
        Assert.Equal("phishing.example", new Uri(Assert.Single(
            page.Document.QuerySelectorAll("a"), a => a.GetAttribute("href") == address + "?state=s").GetAttribute("href")!).Host);
        Assert.False((await browser.OpenAsync("/account")).Address.AbsolutePath == "/account");
    }

    /// <summary>Anybody may register the address of a bank beside their own, and send people with either.</summary>
    [Fact]
    public async Task The_consent_page_names_where_this_answer_goes_and_what_is_allowed_counts_for_that_place()
    {
        const string bank = "https://bank.example/cb";
        var (_, registered) = await fixture.TryRegisterAsync(("redirect_uris", new JsonArray(bank, Site)), ("client_name", "Your bank"));
        var (app, browser) = (registered.App(Issuer), await fixture.SignedInAsync());
        var evil = app with { RedirectUri = Site };
        Assert.Equal("bank.example", await NamedAsync(app));
        Assert.Equal("phishing.example", await NamedAsync(evil));
        var page = await browser.OpenAsync(evil.Request().Address);
        Assert.DoesNotContain("bank.example", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("phishing.example", page.Document.QuerySelector("p.end")!.TextContent, StringComparison.Ordinal);

        // Whoever has allowed the one has not allowed the other.
        Assert.True((await browser.SignInAsync(app)).IsOk);
        Assert.Equal("consent_required", (await browser.AskAsync(app with { RedirectUri = Site }, "openid", ("prompt", "none"))).Error);
        Assert.True((await browser.SignInAsync(evil)).IsOk);
        foreach (var known in new[] { app, evil }) Assert.NotEmpty((await browser.AskAsync(known, "openid", ("prompt", "none"))).Code);

        // What is allowed to the one later is not the other's.
        Assert.True((await browser.SignInAsync(app, "openid email")).IsOk);
        foreach (var scope in new[] { "openid", "openid email" })
        {
            Assert.Equal("consent_required", (await browser.AskAsync(evil, scope, ("prompt", "none"))).Error);
        }

        Assert.True((await browser.SignInAsync(evil)).IsOk);
        var apps = await browser.OpenAsync("/account/apps");
        Assert.Contains("bank.example, phishing.example", apps.Document.Body!.TextContent.ReplaceLineEndings(""), StringComparison.Ordinal);

        async Task<string> NamedAsync(ClientApp asking) =>
            (await browser.OpenAsync(asking.Request().Address)).Document.QuerySelector("p.lede")!.TextContent.Trim();
    }

    /// <summary>The address of the page around it shows, and it is the app's: so apps ask whether there is a session.</summary>
    [Theory]
    [InlineData("iframe", true)]
    [InlineData("document", false)]
    public async Task In_a_frame_an_error_goes_to_the_app(string where, bool leaves)
    {
        var (app, browser) = (await fixture.NewAppAsync(Redirect), fixture.Host.NewBrowser());
        using var request = new HttpRequestMessage(HttpMethod.Get, app.Request("openid", ("prompt", "none")).Address);
        request.Headers.Add("Sec-Fetch-Dest", where);
        var page = await browser.FollowAsync(await browser.Http.SendAsync(request));
        Assert.Equal(leaves, page.LeftTo is not null);
    }

    [Fact]
    public async Task Whom_somebody_has_let_in_gets_errors_as_ever()
    {
        var (status, answer, _) = await fixture.RegisterAsync(
            new JsonObject { ["redirect_uris"] = new JsonArray(Site) }.ToJsonString(), (await fixture.NewTokenAsync()).Text);
        Assert.Equal(HttpStatusCode.Created, status);
        var app = new Registration(answer).App(Issuer);
        Assert.Equal("login_required", (await fixture.Host.NewBrowser().AskAsync(app, "openid", ("prompt", "none"))).Error);
    }

    /// <summary>RFC 9126 section 7: everybody can register a secret or a key, so having proved one bounds nobody.</summary>
    [Fact]
    public async Task Whoever_has_registered_a_secret_pushes_as_much_from_an_address_as_a_public_client()
    {
        var app = await fixture.NewAppAsync(Redirect);
        Assert.NotNull(app.Secret);
        var request = app.Request();
        TokenAnswer answer;
        var pushed = 0;
        // Each counts as one for each two kilobytes.
        do answer = await app.PushAsync(request, ("padding", new string('x', 12 * 1024)));
        while (answer.Status == HttpStatusCode.Created && ++pushed < PushedRequestThrottle.MostInMinute);
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.Status);
        Assert.InRange(pushed, 1, PushedRequestThrottle.MostInMinute / 6);
        Assert.NotNull(answer.Headers.RetryAfter);
        // Whom the operator has registered has proved who they are.
        var web = Seed.Web(Issuer);
        Assert.Equal(HttpStatusCode.Created, (await web.PushAsync(web.NewRequest("openid"))).Status);
        fixture.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.Created, (await app.PushAsync(request)).Status);
    }

    /// <summary>RP-Initiated Logout 1.0: a stranger has an ID token of their own account for a hint.</summary>
    [Fact]
    public async Task A_link_to_the_end_of_a_session_that_is_not_there_sends_nobody_to_the_app()
    {
        const string Back = "https://phishing.example/bye";
        var app = await fixture.NewAppAsync(Redirect, ("post_logout_redirect_uris", new JsonArray(Back)), ("client_name", "Your bank"));
        var tokens = await (await fixture.SignedInAsync()).SignInAsync(app);
        var address = QueryHelpers.AddQueryString("/connect/endsession", new Dictionary<string, string?>
        {
            ["id_token_hint"] = tokens.Text("id_token"), ["post_logout_redirect_uri"] = Back,
        });
        var page = await fixture.Host.NewBrowser().OpenAsync(address);
        Assert.Null(page.LeftTo);
        Assert.Equal("Back to phishing.example", page.Document.QuerySelector("a.button.primary")!.TextContent);
    }

    [Theory]
    [InlineData("https://phishing.example/bye", "phishing.example")]
    [InlineData(null, null)]
    public async Task Whoever_is_asked_whether_to_sign_out_reads_no_name_that_a_stranger_has_chosen(string? back, string? named)
    {
        var app = await fixture.NewAppAsync(
            Redirect, ("post_logout_redirect_uris", new JsonArray("https://phishing.example/bye")), ("client_name", "Your bank"));
        var page = await (await fixture.SignedInAsync()).OpenAsync(QueryHelpers.AddQueryString(
            "/connect/endsession",
            new Dictionary<string, string?> { ["client_id"] = app.ClientId, ["post_logout_redirect_uri"] = back }));
        var text = page.Document.Body!.TextContent;
        Assert.True(page.HasForm("/signout"), page.ToString());
        Assert.DoesNotContain("Your bank", text, StringComparison.Ordinal);
        Assert.Equal(named is not null, text.Contains("asks to sign you out", StringComparison.Ordinal));
        if (named is not null) Assert.Contains(named, text, StringComparison.Ordinal);
    }

    /// <summary>OUTBOUND_ALLOWED_HOSTS has it for the operator's clients.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Keys_and_request_objects_at_a_host_inside_are_only_of_whom_somebody_has_let_in(bool isLetIn)
    {
        var signer = ClientSigner.Rsa("inside");
        fixture.Published["/inside.jwks"] =
            new JsonObject { ["keys"] = new JsonArray(signer.JwkWith(("use", "sig"), ("alg", "RS256"))) }.ToJsonString();
        var asked = new JsonObject
        {
            ["redirect_uris"] = new JsonArray(Site), ["token_endpoint_auth_method"] = "private_key_jwt",
            ["jwks_uri"] = fixture.InsideAddress("/inside.jwks"), ["request_uris"] = new JsonArray(fixture.InsideAddress("/inside.jwt")),
        };
        var (_, answer, _) = await fixture.RegisterAsync(asked.ToJsonString(), isLetIn ? (await fixture.NewTokenAsync()).Text : null);
        var app = new Registration(answer).App(Issuer);
        var assertion = signer.Assertion(Issuer.Text, app.ClientId, "RS256", now: fixture.Host.Now);
        var pushed = await (app with { Secret = null }).PushAsync(
            app.Request(), ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion));
        Assert.Equal(isLetIn ? null : "invalid_client", pushed.Error);

        // No object, and what it says is told apart: one that was fetched is none that is signed.
        fixture.Published["/inside.jwt"] = "nothing";
        var page = await fixture.Host.NewBrowser().OpenAsync(QueryHelpers.AddQueryString(
            app.Request().Address, "request_uri", fixture.InsideAddress("/inside.jwt")));
        var error = isLetIn ? AuthorizationAnswer.Read(app.Request(), page).Error
            : page.Document.QuerySelector("details code")!.TextContent;
        Assert.Equal(isLetIn ? "invalid_request_object" : "invalid_request_uri", error);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_sector_at_a_host_inside_is_only_of_whom_somebody_has_let_in(bool isLetIn)
    {
        fixture.Published["/inside.json"] = new JsonArray(Site).ToJsonString();
        var asked = new JsonObject
        {
            ["redirect_uris"] = new JsonArray(Site), ["subject_type"] = "pairwise",
            ["sector_identifier_uri"] = fixture.InsideAddress("/inside.json"),
        };
        var (status, answer, _) = await fixture.RegisterAsync(
            asked.ToJsonString(), isLetIn ? (await fixture.NewTokenAsync()).Text : null);
        Assert.Equal(isLetIn ? HttpStatusCode.Created : HttpStatusCode.BadRequest, status);
        if (!isLetIn) return;
        // Neither when it changes its registration.
        var registered = new Registration(answer);
        asked["client_id"] = registered.ClientId;
        (status, _, _) = await fixture.SendAsync(HttpMethod.Put, registered.Address, asked.ToJsonString(), registered.Token);
        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_logout_token_for_a_host_inside_is_not_sent_also_when_the_client_is_gone(bool isGone)
    {
        var (status, answer, _) = await fixture.RegisterAsync(new JsonObject
        {
            ["redirect_uris"] = new JsonArray(Site), ["backchannel_logout_uri"] = fixture.InsideAddress("/logout"),
        }.ToJsonString());
        Assert.Equal(HttpStatusCode.Created, status);
        var registered = new Registration(answer);
        var (app, browser) = (registered.App(Issuer), await fixture.SignedInAsync());
        var tokens = await browser.SignInAsync(app);
        if (isGone) await fixture.SendAsync(HttpMethod.Delete, registered.Address, token: registered.Token);
        else await browser.OpenAsync("/connect/endsession?id_token_hint=" + tokens.Text("id_token"));
        string? fault = null;
        await Eventually.UntilAsync("the token is not sent", async () =>
        {
            fixture.Time.Advance(TimeSpan.FromMilliseconds(100));
            fault = await fixture.Host.WithDatabaseAsync(
                db => db.LogoutNotices.Where(n => n.ClientId == app.ClientId).Select(n => n.LastError).SingleAsync());
            return fault is not null;
        });
        Assert.Contains("OUTBOUND_ALLOWED_HOSTS", fault, StringComparison.Ordinal);
    }
}
