using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.IntegrationTests.Accounts.Upstream;

/// <summary>Stands in for the network: answers as Google, Microsoft, GitHub and Apple say in their documentation that they do.</summary>
public sealed class PresetNetwork : DelegatingHandler
{
    private readonly ECDsaSecurityKey _key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "one" };

    /// <summary>The claims of the next ID token.</summary>
    public Dictionary<string, object> Claims { get; set; } = [];

    /// <summary>What userinfo of GitHub says.</summary>
    public object User { get; set; } = new();

    public object Addresses { get; set; } = Array.Empty<object>();

    /// <summary>The form of the last request to a token endpoint, and its address.</summary>
    public (Uri Address, Dictionary<string, string> Form) Redeemed { get; private set; }

    /// <summary>The handler of one client; what it answers is shared.</summary>
    public DelegatingHandler NewHandler() => new Forward(this);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!.AbsoluteUri;
        return address switch
        {
            "https://accounts.google.com/.well-known/openid-configuration" => Discovery(
                "https://accounts.google.com", "https://accounts.google.com/o/oauth2/v2/auth", "https://oauth2.googleapis.com"),
            "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration" => Discovery(
                "https://login.microsoftonline.com/{tenantid}/v2.0", "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
                "https://login.microsoftonline.com/common"),
            "https://appleid.apple.com/.well-known/openid-configuration" => Discovery(
                "https://appleid.apple.com", "https://appleid.apple.com/auth/authorize", "https://appleid.apple.com"),
            "https://api.github.com/user" => Json(User),
            "https://api.github.com/user/emails" => Json(Addresses),
            _ when address.EndsWith("/keys", StringComparison.Ordinal) => Keys(),
            _ when request.Method == HttpMethod.Post => await RedeemAsync(request, cancellationToken),
            _ => throw new HttpRequestException($"Nothing is at {address}."),
        };
    }

    private static HttpResponseMessage Discovery(string issuer, string authorize, string host) => Json(new
    {
        issuer, authorization_endpoint = authorize, token_endpoint = host + "/token", jwks_uri = host + "/keys",
        grant_types_supported = new[] { "authorization_code" }, response_types_supported = new[] { "code" },
        response_modes_supported = new[] { "query", "fragment", "form_post" },
        subject_types_supported = new[] { "public" }, id_token_signing_alg_values_supported = new[] { "ES256" },
        scopes_supported = new[] { "openid", "email", "profile" }, code_challenge_methods_supported = new[] { "S256" },
        token_endpoint_auth_methods_supported = new[] { "client_secret_post" },
    });

    private HttpResponseMessage Keys()
    {
        var key = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(_key);
        return Json(new { keys = new[] { new { kty = key.Kty, crv = key.Crv, x = key.X, y = key.Y, kid = "one", use = "sig" } } });
    }

    private async Task<HttpResponseMessage> RedeemAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var form = QueryHelpers.ParseQuery(await request.Content!.ReadAsStringAsync(cancellationToken));
        Redeemed = (request.RequestUri!, form.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()));
        if (request.RequestUri!.Host == "github.com") return Json(new { access_token = "gho_1", token_type = "bearer", scope = "user" });
        var token = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            JsonSerializer.Serialize(Claims), new SigningCredentials(_key, SecurityAlgorithms.EcdsaSha256));
        return Json(new { access_token = "one", token_type = "Bearer", expires_in = 60, id_token = token });
    }

    private static HttpResponseMessage Json(object body) => new(HttpStatusCode.OK)
    {
        Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"),
    };

    private sealed class Forward(PresetNetwork network) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            network.SendAsync(request, cancellationToken);
    }
}

/// <summary>A server with every preset.</summary>
public sealed class PresetHost() : HostFixture(DatabaseKind.Sqlite)
{
    public PresetNetwork Network { get; } = new();

    public ECDsa AppleKey { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Network.Dispose();
        AppleKey.Dispose();
    }

    protected override HostSetup Prepare(HostSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        return setup with
        {
            // Before the handler of the server, which would ask the real ones.
            Services = services => services.ConfigureAll<HttpClientFactoryOptions>(clients => clients.HttpMessageHandlerBuilderActions.Add(
                builder => builder.AdditionalHandlers.Insert(0, Network.NewHandler()))),
            Settings = new Dictionary<string, string>
            {
                ["UPSTREAM_PROVIDERS"] = "google,microsoft,github,apple",
                ["UPSTREAM_GOOGLE_CLIENT_ID"] = "google-client",
                ["UPSTREAM_GOOGLE_CLIENT_SECRET"] = "google-secret",
                ["UPSTREAM_MICROSOFT_CLIENT_ID"] = "microsoft-client",
                ["UPSTREAM_MICROSOFT_CLIENT_SECRET"] = "microsoft-secret",
                ["UPSTREAM_GITHUB_CLIENT_ID"] = "github-client",
                ["UPSTREAM_GITHUB_CLIENT_SECRET"] = "github-secret",
                ["UPSTREAM_APPLE_CLIENT_ID"] = "apple-client",
                ["UPSTREAM_APPLE_TEAM_ID"] = "TEAM123456",
                ["UPSTREAM_APPLE_KEY_ID"] = "KEY1234567",
                ["UPSTREAM_APPLE_PRIVATE_KEY"] = AppleKey.ExportPkcs8PrivateKeyPem(),
            },
        };
    }
}

/// <summary>The presets, each on the way to its provider and back.</summary>
public sealed class PresetTests(PresetHost fixture) : IClassFixture<PresetHost>
{
    // Its answers have iss (RFC 9207).
    private const string GitHub = "https://github.com/login/oauth";

    [Fact]
    public async Task Google_confirms_the_address()
    {
        var (email, user) = await SignInAsync(
            "google", "https://accounts.google.com/o/oauth2/v2/auth", "https://accounts.google.com",
            claims => claims["email_verified"] = true);
        Assert.Equal((email, true), (user?.Email, user?.EmailConfirmed));
        Assert.Equal("google-secret", fixture.Network.Redeemed.Form["client_secret"]);
        Assert.NotEmpty(fixture.Network.Redeemed.Form["code_verifier"]);
    }

    [Fact]
    public async Task Microsoft_signs_with_the_issuer_of_the_tenant_and_confirms_no_address()
    {
        const string Tenant = "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0";
        var (email, user) = await SignInAsync(
            "microsoft", "https://login.microsoftonline.com/common/oauth2/v2.0/authorize", Tenant,
            claims =>
            {
                claims["tid"] = "9188040d-6c67-4c5b-b112-36a304b66dad";
                claims["email_verified"] = true;
            });
        Assert.Equal((email, false), (user?.Email, user?.EmailConfirmed));
        Assert.Equal(Tenant, await fixture.Host.WithDatabaseAsync(
            db => db.UserLogins.Where(l => l.UserId == user!.Id).Select(l => l.LoginProvider).SingleAsync()));
    }

    [Fact]
    public async Task Microsoft_signs_for_nobody_with_an_issuer_of_another_host()
    {
        var (_, user) = await SignInAsync(
            "microsoft", "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
            "https://login.evil.example/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0",
            claims => claims["tid"] = "9188040d-6c67-4c5b-b112-36a304b66dad");
        Assert.Null(user);
    }

    [Fact]
    public async Task Apple_answers_by_form_and_gets_a_secret_that_this_server_has_signed()
    {
        var (email, user) = await SignInAsync(
            "apple", "https://appleid.apple.com/auth/authorize", "https://appleid.apple.com",
            claims => claims["email_verified"] = "true");
        Assert.Equal((email, true), (user?.Email, user?.EmailConfirmed));
        var secret = fixture.Network.Redeemed.Form["client_secret"];
        var read = await new JsonWebTokenHandler().ValidateTokenAsync(secret, new TokenValidationParameters
        {
            ValidIssuer = "TEAM123456", ValidAudience = "https://appleid.apple.com",
            IssuerSigningKey = new ECDsaSecurityKey(fixture.AppleKey), LifetimeValidator = (_, end, _, _) => end is not null,
        });
        Assert.True(read.IsValid, read.Exception?.Message);
        Assert.Equal(("apple-client", "KEY1234567"), (read.ClaimsIdentity.FindFirst("sub")?.Value, ((JsonWebToken)read.SecurityToken).Kid));
    }

    [Fact]
    public async Task GitHub_tells_the_person_by_userinfo_and_the_address_by_its_own_api()
    {
        var email = $"{Guid.CreateVersion7():N}@example.test";
        fixture.Network.User = new { id = 4711, login = "octo", name = "Octo Cat", email = "public@example.test" };
        fixture.Network.Addresses = new object[]
        {
            new { email = "old@example.test", primary = false, verified = true }, new { email, primary = true, verified = true },
        };
        var browser = fixture.Host.NewBrowser();
        var asked = await UpstreamFixture.GoAsync(browser, "github");
        Assert.StartsWith("https://github.com/login/oauth/authorize?", asked.AbsoluteUri, StringComparison.Ordinal);
        await browser.OpenAsync(AnswerTo(asked, "github", GitHub));
        var user = await fixture.Host.WithDatabaseAsync(db => db.Users.SingleOrDefaultAsync(u => u.Email == email));
        Assert.True(user is { EmailConfirmed: true, FirstName: "Octo Cat" });
        Assert.Equal((GitHub, "4711"), await fixture.Host.WithDatabaseAsync(
            async db => await db.UserLogins.Where(l => l.UserId == user.Id)
                .Select(l => new ValueTuple<string, string>(l.LoginProvider, l.ProviderKey)).SingleAsync()));

        // One that GitHub has not verified is not confirmed here, and without any there is no account.
        object[] unverified = [new { email = "x" + email, primary = true, verified = false }];
        foreach (var addresses in new[] { unverified, [] })
        {
            (fixture.Network.User, fixture.Network.Addresses) = (new { id = 4712 + addresses.Length, login = "other" }, addresses);
            browser = fixture.Host.NewBrowser();
            await browser.OpenAsync(AnswerTo(await UpstreamFixture.GoAsync(browser, "github"), "github", GitHub));
        }

        Assert.False((await fixture.Host.WithDatabaseAsync(db => db.Users.SingleAsync(u => u.Email == "x" + email))).EmailConfirmed);
        Assert.False(await fixture.Host.WithDatabaseAsync(db => db.UserLogins.AnyAsync(l => l.ProviderKey == "4712")));
    }

    /// <returns>The address that the provider tells, and the account that has it then.</returns>
    private async Task<(string Email, AuthServer.Data.Entities.User? User)> SignInAsync(
        string provider, string endpoint, string issuer, Action<Dictionary<string, object>> add)
    {
        var browser = fixture.Host.NewBrowser();
        var asked = await UpstreamFixture.GoAsync(browser, provider);
        Assert.StartsWith(endpoint + "?", asked.AbsoluteUri, StringComparison.Ordinal);
        var query = QueryHelpers.ParseQuery(asked.Query);
        Assert.Equal(AuthServerHost.IssuerText + "/signin/with/" + provider, query["redirect_uri"]);
        var now = fixture.Time.GetUtcNow().ToUnixTimeSeconds();
        var person = UpstreamServer.NewPerson(fixture.Time.GetUtcNow());
        person.Remove("email_verified");
        foreach (var (name, value) in new Dictionary<string, object>
        {
            ["iss"] = issuer, ["aud"] = provider + "-client", ["iat"] = now, ["exp"] = now + 300, ["nonce"] = query["nonce"].ToString(),
        }) person[name] = value;
        add(person);
        fixture.Network.Claims = person;
        var answer = AnswerTo(asked, provider);
        if (query.TryGetValue("response_mode", out var mode) && mode == "form_post")
        {
            using var form = new FormUrlEncodedContent(
                QueryHelpers.ParseQuery(answer.Split('?')[1]).Select(pair => KeyValuePair.Create(pair.Key, pair.Value.ToString()))
                    .Append(new("user", """{"name":{"firstName":"Uma","lastName":"Upstream"}}""")));
            using var request = new HttpRequestMessage(HttpMethod.Post, answer.Split('?')[0]) { Content = form };
            request.Headers.Add("Origin", "https://appleid.apple.com");
            await browser.FollowAsync(await browser.Http.SendAsync(request));
        }
        else
        {
            await browser.OpenAsync(answer);
        }

        var email = (string)person["email"];
        return (email, await fixture.Host.WithDatabaseAsync(db => db.Users.SingleOrDefaultAsync(u => u.Email == email)));
    }

    private static string AnswerTo(Uri asked, string provider, string? issuer = null)
    {
        var answer = new Dictionary<string, string?>
        {
            ["code"] = "one", ["state"] = QueryHelpers.ParseQuery(asked.Query)["state"].ToString(), ["iss"] = issuer,
        };
        return QueryHelpers.AddQueryString("/signin/with/" + provider, answer.Where(pair => pair.Value is not null));
    }
}
