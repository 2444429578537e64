using System.Net;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.IntegrationTests.Conformance;

/// <summary>
/// What the plans of logout (RP-initiated, back-channel, front-channel, session management) and of third-party-initiated login check.
/// </summary>
public sealed class LogoutPlanTests(ConformanceHost fixture) : IClassFixture<ConformanceHost>
{
    private const string Back = "https://suite.example.test/test/a/x/post_logout_redirect";

    private static readonly (string, JsonNode?) Registered = ("post_logout_redirect_uris", new JsonArray(Back));

    [Theory]
    [InlineData("end_session_endpoint")]
    [InlineData("check_session_iframe")]
    [InlineData("backchannel_logout_supported", "backchannel_logout_session_supported")]
    [InlineData("frontchannel_logout_supported", "frontchannel_logout_session_supported")]
    public async Task Discovery_names_what_a_plan_needs(params string[] members)
    {
        var document = await fixture.Issuer.DiscoverAsync();
        foreach (var value in members.Select(member => document.GetProperty(member)))
        {
            if (value.ValueKind == System.Text.Json.JsonValueKind.String)
            {
                Assert.StartsWith("https://", value.GetString(), StringComparison.Ordinal);
            }
            else Assert.True(value.GetBoolean());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task With_hint_and_address_the_person_is_signed_out_and_comes_back_with_the_state_as_it_was(bool hasState)
    {
        var (app, browser) = (await fixture.NewAppAsync(Registered), await fixture.SignedInAsync());
        var tokens = await browser.SignInAsync(app);
        var state = hasState ? new string('s', 128) : null;
        var page = await browser.OpenAsync(
            EndSession(("id_token_hint", tokens.Text("id_token")), ("post_logout_redirect_uri", Back), ("state", state)));
        Assert.Equal(Back + (hasState ? "?state=" + state : ""), page.LeftTo?.AbsoluteUri);
        Assert.Equal("login_required", (await browser.AskAsync(app, "openid", ("prompt", "none"))).Error);
    }

    /// <summary>The suite takes an error page or a question, and nobody may come back, also when the question is answered.</summary>
    [Theory]
    [InlineData("another address")]
    [InlineData("a query added")]
    [InlineData("no hint")]
    [InlineData("a hint with alg none")]
    [InlineData("a hint that another has signed")]
    public async Task Otherwise_nobody_is_led_back_to_the_app(string what)
    {
        var (app, browser) = (await fixture.NewAppAsync(Registered), await fixture.SignedInAsync());
        var hint = (await browser.SignInAsync(app)).IdToken;
        var page = await browser.OpenAsync(EndSession(
            ("id_token_hint", what switch
            {
                "no hint" => null,
                "a hint with alg none" => Encode("""{"alg":"none"}""") + "." + hint.EncodedPayload + ".",
                "a hint that another has signed" => ClientSigner.Rsa(hint.Kid).Sign(
                    "RS256", hint.Kid, JsonNode.Parse(Base64UrlText(hint.EncodedPayload))!.AsObject()),
                _ => hint.EncodedToken,
            }),
            ("post_logout_redirect_uri", what switch
            {
                "another address" => Back + "-not",
                "a query added" => Back + "?foo=bar",
                _ => Back,
            }),
            ("state", "s")));
        Assert.Null(page.LeftTo);
        Assert.InRange((int)page.Status, 200, 499);
        Assert.Null(page.GoesOnTo);
        if (page.HasForm("/signout")) page = await browser.SubmitAsync(page, "/signout");
        Assert.Null(page.LeftTo);
        Assert.DoesNotContain(Back, page.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Without_an_address_the_person_is_signed_out_here_at_the_latest_once_they_have_confirmed(bool hasHint, bool hasState)
    {
        var (app, browser) = (await fixture.NewAppAsync(Registered), await fixture.SignedInAsync());
        var tokens = await browser.SignInAsync(app);
        var page = await browser.OpenAsync(EndSession(
            ("id_token_hint", hasHint ? tokens.Text("id_token") : null), ("state", hasState ? "s" : null)));
        if (!hasHint) page = await browser.SubmitAsync(page, "/signout");
        Assert.Equal((HttpStatusCode.OK, "/signed-out"), (page.Status, page.Address.AbsolutePath));
        Assert.Equal("login_required", (await browser.AskAsync(app, "openid", ("prompt", "none"))).Error);
    }

    [Fact]
    public async Task A_client_registers_its_addresses_of_logout_and_the_sign_out_shows_its_frame()
    {
        const string front = "https://suite.example.test/test/a/x/frontchannel_logout";
        var app = await fixture.NewAppAsync(
            Registered, ("frontchannel_logout_uri", front), ("frontchannel_logout_session_required", true),
            ("backchannel_logout_uri", "https://suite.example.test/test/a/x/backchannel_logout"),
            ("backchannel_logout_session_required", true));
        var browser = await fixture.SignedInAsync();
        var tokens = await browser.SignInAsync(app);
        using var answer = await browser.Http.GetAsync(
            EndSession(("id_token_hint", tokens.Text("id_token")), ("post_logout_redirect_uri", Back), ("state", "s")));
        var shown = new Page(answer.StatusCode, answer.RequestMessage!.RequestUri!, answer.Headers, "", null);
        using var page = await browser.Http.GetAsync(answer.Headers.Location!);
        shown = shown with { Body = await page.Content.ReadAsStringAsync() };
        var frame = new Uri(Assert.Single(shown.Document.QuerySelectorAll("iframe")).GetAttribute("src")!);
        var parameters = QueryHelpers.ParseQuery(frame.Query);
        Assert.Equal(front, frame.GetLeftPart(UriPartial.Path));
        Assert.Equal(fixture.Issuer.Text, parameters["iss"]);
        Assert.Equal(tokens.IdToken.GetPayloadValue<string>("sid"), parameters["sid"]);
        Assert.Equal(Back + "?state=s", shown.GoesOnTo);
        Assert.All(shown.Document.QuerySelectorAll("script"), script => Assert.Null(script.GetAttribute("type")));
    }

    [Fact]
    public async Task Initiate_login_uri_comes_back_from_the_registration_and_from_its_own_address()
    {
        const string start = "https://suite.example.test/test/a/x/initiate";
        var (status, answer) = await fixture.TryRegisterAsync(("initiate_login_uri", start));
        Assert.Equal((HttpStatusCode.Created, start), (status, answer.Text("initiate_login_uri")));
        var (read, json, _) = await fixture.SendAsync(HttpMethod.Get, answer.Address, token: answer.Token);
        Assert.Equal((HttpStatusCode.OK, start), (read, json.GetProperty("initiate_login_uri").GetString()));
    }

    [Fact]
    public async Task Initiate_login_uri_without_https_is_refused()
    {
        var (status, answer) = await fixture.TryRegisterAsync(("initiate_login_uri", "http://suite.example.test/test/a/x/initiate"));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_client_metadata"), (status, answer.Text("error")));
    }

    private static string EndSession(params (string Name, string? Value)[] parameters) => QueryHelpers.AddQueryString(
        "/connect/endsession", parameters.Where(p => p.Value is not null).Select(p => KeyValuePair.Create(p.Name, p.Value)));

    private static string Encode(string text) => WebEncoders.Base64UrlEncode(System.Text.Encoding.UTF8.GetBytes(text));

    private static string Base64UrlText(string encoded) => System.Text.Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(encoded));
}
