using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Protocol.Profiles;

/// <summary>FAPI 2.0 Security Profile section 5.3.2.2: authorization requests, and the codes that answer them.</summary>
public sealed class FapiRequestTests(ProfileServer.OnSqlite fixture) : IClassFixture<ProfileServer.OnSqlite>
{
    private FapiApp? _app;

    private FapiApp App => _app ??= fixture.App("jwt-dpop");

    public static TheoryData<string> Clients => [.. ProfileServer.Fapi];

    /// <summary>Number 3; also for a person who is signed in, whom the direct way would answer.</summary>
    [Theory]
    [MemberData(nameof(Clients))]
    public async Task A_request_that_was_not_pushed_gets_an_error(string clientId)
    {
        var request = fixture.App(clientId).NewRequest();
        var answer = AuthorizationAnswer.Read(request, await (await fixture.SignedInAsync()).OpenAsync(request.Address));
        Assert.Equal("invalid_request", answer.Error);
        Assert.DoesNotContain("code", answer.Parameters.Keys);
    }

    /// <summary>Number 4.</summary>
    [Theory]
    [MemberData(nameof(Clients))]
    public async Task A_push_without_the_clients_proof_is_refused(string clientId)
    {
        var app = fixture.App(clientId);
        (await (app with { Signer = null, Certificate = null }).PushAsync(app.NewRequest())).Refused("invalid_client");
        var stranger = app.Signer is null ? app with { Certificate = fixture.OtherCertificate } : app with { Signer = fixture.OtherSigner };
        (await stranger.PushAsync(app.NewRequest())).Refused("invalid_client");
    }

    /// <summary>Number 5.</summary>
    [Fact]
    public async Task A_push_without_a_challenge_or_with_a_plain_one_is_refused()
    {
        var without = App.NewRequest("openid", ("code_challenge", null), ("code_challenge_method", null));
        (await App.PushAsync(without)).Refused("invalid_request");
        (await App.PushAsync(App.NewRequest("openid", ("code_challenge_method", "plain")))).Refused("invalid_request");
        (await App.PushAsync(App.NewRequest("openid", ("code_challenge_method", null)))).Refused("invalid_request");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wrong-wrong-wrong-wrong-wrong-wrong-wrong-wrong")]
    public async Task A_code_is_not_redeemed_without_its_verifier(string? verifier)
    {
        var answer = await App.AuthorizeAsync();
        (await App.RedeemAsync(answer, ("code_verifier", verifier))).Refused("invalid_grant");
    }

    /// <summary>Number 6, and section 5.3.2.1, number 7: nobody is sent to an address that is not registered.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("https://jwt-dpop.example.test/cb/more")]
    [InlineData("https://jwt-dpop.example.test/cb?more=1")]
    [InlineData("https://evil.example.test/cb")]
    [InlineData("http://jwt-dpop.example.test/cb")]
    public async Task A_push_without_a_registered_redirect_uri_is_refused(string? redirect)
    {
        foreach (var scope in new[] { "openid", "email" })
        {
            (await App.PushAsync(App.NewRequest(scope, ("redirect_uri", redirect)))).Refused("invalid_request");
        }
    }

    [Theory]
    [InlineData("token")]
    [InlineData("code id_token")]
    [InlineData("code token")]
    [InlineData("id_token")]
    public async Task Only_codes_are_given(string responseType) =>
        (await App.PushAsync(App.NewRequest("openid", ("response_type", responseType))))
            .Refused("unsupported_response_type", "invalid_request", "unauthorized_client");

    [Fact]
    public async Task A_request_uri_is_not_pushed_and_pushes_are_posts()
    {
        (await App.PushAsync(App.NewRequest(), ("request_uri", "urn:ietf:params:oauth:request_uri:x")))
            .Refused("invalid_request", "request_uri_not_supported");
        var put = await App.PostAsync("/connect/par", [("response_type", "code")], HttpMethod.Put);
        Assert.InRange((int)put.Status, 400, 499);
    }

    [Fact]
    public async Task A_request_uri_is_for_its_client_and_for_one_answer()
    {
        var (app, other, browser) = (App, fixture.App("other"), await fixture.SignedInAsync());
        var pushed = await app.PushAsync(app.NewRequest());
        Refused(await browser.OpenAsync(other.AddressOf(pushed)));
        Assert.NotNull((await browser.OpenAsync(app.AddressOf(pushed))).LeftTo);
        Refused(await browser.OpenAsync(app.AddressOf(pushed)));
    }

    /// <summary>Note 3: a person may open the address again before the sign-in is done.</summary>
    [Fact]
    public async Task A_request_uri_may_be_opened_again_before_it_is_answered()
    {
        var request = App.NewRequest();
        var address = App.AddressOf(await App.PushAsync(request));
        var browser = fixture.Host.NewBrowser();
        await browser.OpenAsync(address);
        var page = await browser.OpenAsync(address);
        var back = await browser.SignInAsync(Seed.Alice.Email, Seed.Alice.Password, page: page);
        Assert.NotNull(AuthorizationAnswer.Read(request, back).Code);
    }

    /// <summary>What stands beside the request_uri counts for nothing, state and nonce least of all.</summary>
    [Fact]
    public async Task State_and_nonce_are_those_that_were_pushed()
    {
        var request = App.NewRequest("openid", ("state", null));
        var address = App.AddressOf(await App.PushAsync(request)) + "&state=outside&nonce=outside";
        var answer = AuthorizationAnswer.Read(request, await (await fixture.SignedInAsync()).OpenAsync(address));
        Assert.DoesNotContain("state", answer.Parameters.Keys);
        Assert.Equal(request.Nonce, (await App.RedeemAsync(answer)).Ok().IdToken.GetClaim("nonce").Value);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(64)]
    [InlineData(384)]
    [InlineData(2000)]
    public async Task State_and_nonce_of_any_length_come_back_whole(int length)
    {
        var text = length == 0 ? null : new string('n', length);
        var answer = await App.AuthorizeAsync("openid", ("state", text), ("nonce", text));
        Assert.Equal(text, answer.Parameters.GetValueOrDefault("state"));
        var token = (await App.RedeemAsync(answer)).Ok().IdToken;
        Assert.Equal(text, token.TryGetClaim("nonce", out var nonce) ? nonce.Value : null);
    }

    [Fact]
    public async Task The_order_of_scopes_means_nothing()
    {
        var tokens = (await App.RedeemAsync(await App.AuthorizeAsync("email profile openid"))).Ok();
        Assert.NotNull(tokens.IdToken);
    }

    /// <summary>Section 5.3.2.1, number 11, and 5.3.2.2, number 9.</summary>
    [Fact]
    public async Task A_code_is_redeemed_once_and_within_a_minute()
    {
        var late = await App.AuthorizeAsync();
        fixture.Time.Advance(TimeSpan.FromSeconds(61));
        (await App.RedeemAsync(late)).Refused("invalid_grant");

        var answer = await App.AuthorizeAsync("openid email");
        var tokens = (await App.RedeemAsync(answer)).Ok();
        (await App.UserInfoAsync(tokens.AccessToken)).Ok();
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        (await App.RedeemAsync(answer)).Refused("invalid_grant");
        // RFC 6749 section 4.1.2: what it had opened ends.
        Assert.Equal(HttpStatusCode.Unauthorized, (await App.UserInfoAsync(tokens.AccessToken)).Status);
    }

    [Theory]
    [InlineData("jwt-dpop")]
    [InlineData("mtls-dpop")]
    public async Task A_code_is_for_its_client(string clientId)
    {
        var app = fixture.App(clientId);
        var answer = await app.AuthorizeAsync();
        (await fixture.App("other").RedeemAsync(answer, ("redirect_uri", app.Redirect))).Refused("invalid_grant");
        // With the name of another client, and the proof of its own.
        (await app.RedeemAsync(answer, ("client_id", "other"))).Refused("invalid_client", "invalid_request");
        (await app.RedeemAsync(answer)).Ok();
    }

    /// <summary>Section 5.3.2.1, number 2.</summary>
    [Fact]
    public async Task Passwords_are_no_grant() =>
        (await App.PostAsync(
            "/connect/token", [("grant_type", "password"), ("username", Seed.Alice.Email), ("password", Seed.Alice.Password)]))
            .Refused("unsupported_grant_type", "unauthorized_client");

    [Fact]
    public async Task A_person_who_does_not_allow_it_sends_an_error_back()
    {
        var request = App.NewRequest("openid email", ("prompt", "consent"));
        var browser = await fixture.SignedInAsync();
        var page = await browser.OpenAsync(App.AddressOf(await App.PushAsync(request)));
        page = await browser.SubmitAsync(page, "/consent", ("decision", "deny"));
        var answer = AuthorizationAnswer.Read(request, page);
        Assert.Equal("access_denied", answer.Error);
        Assert.Equal(request.State, answer.Parameters["state"]);
        Assert.Equal(fixture.Issuer.Text, answer.Parameters["iss"]);
    }

    private static void Refused(Page page)
    {
        Assert.True(page.LeftTo is null && page.Body.Contains("invalid_request_uri", StringComparison.Ordinal), page.ToString());
        Assert.DoesNotContain("not registered", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
    }
}
