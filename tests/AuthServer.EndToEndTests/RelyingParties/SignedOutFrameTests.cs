using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using AuthServer.EndToEndTests.Fixtures;
using AuthServer.EndToEndTests.Pages;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthServer.EndToEndTests.RelyingParties;

/// <summary>
/// In Chromium: the frames of OpenID Connect Front-Channel Logout 1.0, and check_session_iframe of Session Management 1.0.
/// </summary>
[Collection(nameof(ClientServer))]
public sealed class SignedOutFrameTests(World world, ClientServer server) : Journey(world)
{
    private const string Verifier = "a-verifier-of-forty-three-characters-or-more-0";

    private static readonly string Challenge = WebEncoders.Base64UrlEncode(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(Verifier)));

    protected override BrowserNewContextOptions Options => new() { IgnoreHTTPSErrors = true };

    [Fact]
    public async Task A_sign_out_from_one_app_is_shown_to_both_in_frames_and_leads_back_to_the_one()
    {
        var one = await SignInAsync(FramedApps.One, "frames");
        var two = await SignInAsync(FramedApps.Two);
        // An app has a session from the redemption of its code.
        var idToken = await RedeemAsync(FramedApps.One, one["code"]!);
        await RedeemAsync(FramedApps.Two, two["code"]!);
        var sid = new JsonWebToken(idToken).GetPayloadValue<string>("sid");
        server.Framed.Told.Clear();

        var (origin, other) = (server.Framed.Origins[FramedApps.One], server.Framed.Origins[FramedApps.Two]);
        await Window.GotoAsync(QueryHelpers.AddQueryString(server.Issuer + "/connect/endsession", new Dictionary<string, string?>
        {
            ["id_token_hint"] = idToken, ["post_logout_redirect_uri"] = origin + "/out", ["state"] = "the same",
        }));
        await Expect(Window.GetByText("Back with the same")).ToBeVisibleAsync();
        Assert.Equal(origin + "/out?state=the%20same", Window.Url);

        var told = server.Framed.Told.ToList();
        Assert.Equal(new[] { origin, other }.Order(), told.Select(t => t.Origin).Order());
        Assert.All(told, t => Assert.Equal((server.Issuer, true), (t.Issuer, t.HadCookie)));
        Assert.Equal(sid, told.Single(t => t.Origin == origin).Sid);
        Assert.NotEqual(sid, told.Single(t => t.Origin == other).Sid);
        var cookies = (await Window.Context.CookiesAsync()).Select(cookie => cookie.Name).ToList();
        Assert.DoesNotContain(FramedApps.NameOf(origin), cookies);
        Assert.DoesNotContain(FramedApps.NameOf(other), cookies);
        AssertBrowserIsContent();

        await Window.GotoAsync(RequestOf(FramedApps.One) + "&prompt=none");
        Assert.Contains("error=login_required", Window.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_session_iframe_says_unchanged_until_the_person_has_signed_out()
    {
        var state = (await SignInAsync(FramedApps.One, "watched"))["session_state"]!;
        await WatchAsync(FramedApps.One, $"{FramedApps.One} {state}");
        await ExpectAsync("unchanged");

        var tab = await Window.Context.NewPageAsync();
        await new HostedForms(tab, server.Issuer).SignOutAsync();
        await ExpectAsync("changed");

        // The state of another app, a text of another form, and a browser without sign-in.
        await WatchAsync(FramedApps.Two, $"{FramedApps.One} {state}");
        await ExpectAsync("changed");
        await WatchAsync(FramedApps.One, "anything");
        await ExpectAsync("error");
        AssertBrowserIsContent();
    }

    /// <summary>As older browsers are, and those of test suites.</summary>
    [Fact]
    public async Task Check_session_iframe_needs_neither_web_crypto_nor_storage_access()
    {
        await Window.Context.AddInitScriptAsync("""
            delete Document.prototype.hasStorageAccess;
            delete Crypto.prototype.subtle;
            delete window.TextEncoder;
            """);
        var state = (await SignInAsync(FramedApps.One, "watched"))["session_state"]!;
        await WatchAsync(FramedApps.One, $"{FramedApps.One} {state}");
        await ExpectAsync("unchanged");
        await WatchAsync(FramedApps.Two, $"{FramedApps.One} {state}");
        await ExpectAsync("changed");
        AssertBrowserIsContent();
    }

    private Task ExpectAsync(string answer) => Expect(Window.Locator("#answer")).ToHaveTextAsync(answer);

    private Task WatchAsync(string app, string say) => Window.GotoAsync(QueryHelpers.AddQueryString(
        server.Framed.Origins[app] + "/watch",
        new Dictionary<string, string?> { ["frame"] = server.Issuer + "/connect/checksession", ["say"] = say }));

    private string RequestOf(string app) => QueryHelpers.AddQueryString(
        server.Issuer + "/connect/authorize", new Dictionary<string, string?>
        {
            ["client_id"] = app, ["response_type"] = "code", ["redirect_uri"] = server.Framed.Origins[app] + "/callback",
            ["scope"] = "openid", ["state"] = "s", ["code_challenge"] = Challenge, ["code_challenge_method"] = "S256",
        });

    /// <param name="person">Null: the one who is signed in.</param>
    /// <returns>The parameters of the answer.</returns>
    private async Task<Dictionary<string, string?>> SignInAsync(string app, string? person = null)
    {
        await Window.GotoAsync(RequestOf(app));
        if (person is not null) await SignIn.SignInAsync(ClientServer.EmailOf(person), World.Password);
        var allow = Window.GetByRole(AriaRole.Button, new() { Name = "Allow", Exact = true });
        var arrived = Window.GetByText("Signed in", new() { Exact = true });
        await Expect(allow.Or(arrived)).ToBeVisibleAsync();
        if (await allow.IsVisibleAsync()) await allow.ClickAsync();
        await Expect(arrived).ToBeVisibleAsync();
        return QueryHelpers.ParseQuery(new Uri(Window.Url).Query).ToDictionary(p => p.Key, p => (string?)p.Value);
    }

    private async Task<string> RedeemAsync(string app, string code)
    {
        using var http = new HttpClient(Visitor.NewHandler(server.Authority.Root));
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code", ["client_id"] = app, ["code"] = code, ["code_verifier"] = Verifier,
            ["redirect_uri"] = server.Framed.Origins[app] + "/callback",
        });
        using var answer = await http.PostAsync(new Uri(server.Issuer + "/connect/token"), form);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id_token").GetString()!;
    }
}
