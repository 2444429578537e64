using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Proxies;

/// <summary>An issuer with a path: nothing that the server writes leads out of it, whether the proxy sends the path or not.</summary>
public sealed class BasePathTests(BasePathTests.Host host) : IClassFixture<BasePathTests.Host>
{
    private const string Path = "/auth";

    public sealed class Host : HostFixture
    {
        public Host() : base(DatabaseKind.Sqlite)
        {
        }

        protected override HostSetup Prepare(HostSetup setup) => setup with
        {
            Environment = "Development",
            Settings = new Dictionary<string, string> { ["API_BASE_URL"] = "https://example.test" + Path + "/" },
        };
    }

    private Issuer Behind(bool takesAway) =>
        new(new Uri("https://example.test" + Path), () => new PathProxy(Path, takesAway, host.Host.Server.CreateHandler()));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_address_in_discovery_begins_with_the_issuer(bool takesAway)
    {
        var issuer = Behind(takesAway);
        var document = await issuer.DiscoverAsync();
        Assert.Equal("https://example.test/auth", document.GetProperty("issuer").GetString());
        var addresses = document.EnumerateObject().Where(m => m.Name.EndsWith("_endpoint", StringComparison.Ordinal)
            || m.Name.EndsWith("_uri", StringComparison.Ordinal)).ToList();
        Assert.True(addresses.Count > 5);
        Assert.All(addresses, a => Assert.StartsWith("https://example.test/auth/", a.Value.GetString(), StringComparison.Ordinal));
        Assert.True((await issuer.GetJsonAsync(new Uri(document.GetProperty("jwks_uri").GetString()!).AbsolutePath))
            .GetProperty("keys").GetArrayLength() > 0);
    }

    /// <summary>RFC 8414 section 3.1 inserts; OpenID Connect Discovery 1.0 section 4.1 appends; clients do either for both.</summary>
    [Theory]
    [InlineData("/auth/.well-known/openid-configuration")]
    [InlineData("/auth//.well-known/openid-configuration")]
    [InlineData("/.well-known/openid-configuration/auth")]
    [InlineData("/auth/.well-known/oauth-authorization-server")]
    [InlineData("/.well-known/oauth-authorization-server/auth")]
    public async Task The_document_is_at_both_of_its_addresses(string address)
    {
        var document = await Behind(takesAway: false).GetJsonAsync(address);
        Assert.Equal("https://example.test/auth", document.GetProperty("issuer").GetString());
        using var beside = await host.Issuer.Http.GetAsync(address.Replace("auth", "other", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, beside.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_person_signs_in_consents_and_signs_out(bool takesAway)
    {
        var issuer = Behind(takesAway);
        var browser = new Browser(issuer);
        var app = Seed.ThirdParty(issuer);
        var request = app.NewRequest("openid email offline_access", [("prompt", "consent")]);
        var signIn = await browser.OpenAsync(request.Address);
        Assert.Equal("/auth/signin", signIn.Address.AbsolutePath);
        Links(signIn);
        var consent = await browser.SignInAsync(Seed.Alice.Email, Seed.Alice.Password, page: signIn);
        Assert.Equal("/auth/consent", consent.Address.AbsolutePath);
        Links(consent);
        var answer = AuthorizationAnswer.Read(request, await browser.SubmitAsync(consent, "/auth/consent", ("decision", "allow")));
        Assert.Equal(issuer.Text, answer.Parameters["iss"]);
        var tokens = await app.RedeemCodeAsync(answer);
        Assert.Equal(issuer.Text, tokens.IdToken.Issuer);
        Assert.True((await app.UserInfoAsync(tokens.AccessToken)).IsOk);
        Assert.True((await app.RefreshAsync(tokens.RefreshToken)).IsOk);

        // Single sign-on, and the pages of a person who is signed in.
        Assert.NotNull((await browser.AuthorizeAsync(Seed.Spa(issuer))).Code);
        Links(await browser.OpenAsync("/auth"));
        var signOut = await browser.OpenAsync("/auth/connect/endsession");
        Assert.Equal("/auth/signout", signOut.Address.AbsolutePath);
        Links(signOut);
        var signedOut = await browser.SubmitAsync(signOut, "/auth/signout");
        Assert.Equal("/auth/signed-out", signedOut.Address.AbsolutePath);
        Links(signedOut);
        string[] more = ["/auth/", "/auth/signup", "/auth/demo", "/auth/nothing-here", "/auth/v1/docs", "/auth/connect/authorize"];
        foreach (var address in more) Links(await browser.OpenAsync(address));
    }

    /// <summary>Other programs of the host do not get them; the prefix that is left says that they came by https.</summary>
    [Fact]
    public async Task Cookies_are_for_the_path_alone()
    {
        var issuer = Behind(takesAway: false);
        var browser = new Browser(issuer);
        await browser.SignInAsync(Seed.Bob);
        Assert.NotEmpty(browser.Cookies.GetCookies(new("https://example.test/auth/signin")));
        Assert.Empty(browser.Cookies.GetCookies(new("https://example.test/other")));
        Assert.Empty(browser.Cookies.GetCookies(new("https://example.test/author")));
        Assert.All(
            browser.Cookies.GetAllCookies(), c => Assert.StartsWith("__Secure-authplatform-", c.Name, StringComparison.Ordinal));

        var login = await new ApiClient(issuer).PostAsync("/auth/v1/auth/login",
            new { email = Seed.Bob.Email, password = Seed.Bob.Password, refresh_cookie = true },
            ("Origin", issuer.Origin), ("X-CSRF", "1"));
        Assert.True(login.Status == HttpStatusCode.OK, login.Body);
        var paths = login.Headers.GetValues("Set-Cookie").Select(c => c.Split("path=")[1].Split(';')[0]);
        Assert.Equal(["/auth", "/auth/v1/auth"], paths.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_json_api_writes_addresses_within_the_path()
    {
        var issuer = Behind(takesAway: true);
        var browser = new Browser(issuer);
        await browser.SignInAsync(Seed.Carol);
        var app = Seed.Console(issuer);
        var tokens = await app.RedeemCodeAsync(await
            browser.AuthorizeAsync(app, ApiClient.FullAccess, [("resource", issuer.Text + "/v1")]));
        var api = new ApiClient(issuer, tokens.AccessToken);
        var created = await api.PostAsync("/auth/v1/users", new { email = "path@example.test", password = "Quiet-Rivers-9-Stones!" });
        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.StartsWith("https://example.test/auth/v1/users/", created.Header("Location"), StringComparison.Ordinal);
        Assert.True((await api.GetAsync(new Uri(created.Header("Location")!).AbsolutePath)).Status == HttpStatusCode.OK);
        var list = await api.GetAsync("/auth/v1/users?limit=1");
        Assert.Contains("<https://example.test/auth/v1/users?", list.Header("Link"), StringComparison.Ordinal);
        var document = await api.GetAsync("/auth/v1/openapi.json");
        Assert.Equal("https://example.test/auth", document.Json.GetProperty("servers")[0].GetProperty("url").GetString());
    }

    [Fact]
    public async Task Probes_need_no_path()
    {
        using var answer = await host.Issuer.Http.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>Every address that the page has for the browser.</summary>
    private static void Links(Page page)
    {
        var found = page.Document.All.SelectMany(element => element.Attributes)
            .Where(a => a.Name is "href" or "src" or "action" or "formaction" or "data-check" or "data-document" or "data-authorize"
                or "data-token" or "data-logout")
            .Select(a => a.Value).ToList();
        Assert.NotEmpty(found);
        Assert.All(found, address => Assert.True(
            address.StartsWith("/auth/", StringComparison.Ordinal) || Uri.IsWellFormedUriString(address, UriKind.Absolute),
            $"{page.Address}: {address}"));
    }
}
