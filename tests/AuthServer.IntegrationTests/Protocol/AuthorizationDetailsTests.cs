using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>RFC 9396: rich authorization requests, from the request to the token.</summary>
public abstract class AuthorizationDetailsTests(AuthorizationDetailsTests.Host fixture)
{
    private const string Payment =
        """{"type":"payment","amount":{"value":"12.50","currency":"EUR"},"to":"Corner Shop"}""";

    private const string Small = """{"type":"payment","amount":{"value":"1.00","currency":"EUR"},"to":"Kiosk"}""";

    private Issuer Issuer => fixture.Host.Issuer;

    private ClientApp App => new(Issuer, "shop", null, "https://shop.example.test/cb");

    private ClientApp Machine => new(Issuer, "machine", "machine-secret-9fPq4WcJ6sVgN1tX5aKe", "");

    /// <summary>A server that knows payments, and a client that asks for them.</summary>
    public abstract class Host(DatabaseKind kind) : HostFixture(kind)
    {
        private readonly string _seed = Path.Combine(Path.GetTempPath(), $"seed-{Guid.CreateVersion7():N}.json");

        protected override HostSetup Prepare(HostSetup setup)
        {
            ArgumentNullException.ThrowIfNull(setup);
            File.WriteAllText(
                _seed,
                """
                {
                  "clients": [
                    { "client_id": "shop", "client_name": "Corner Shop", "token_endpoint_auth_method": "none",
                      "redirect_uris": ["https://shop.example.test/cb"], "grant_types": ["authorization_code", "refresh_token"],
                      "scope": "openid offline_access", "authorization_details_types": ["payment", "unregistered"] },
                    { "client_id": "other", "token_endpoint_auth_method": "none", "redirect_uris": ["https://other.example.test/cb"],
                      "scope": "openid" },
                    { "client_id": "machine", "client_secret": "machine-secret-9fPq4WcJ6sVgN1tX5aKe",
                      "grant_types": ["client_credentials"], "authorization_details_types": ["payment"],
                      "resources": ["https://auth.example.test"] }
                  ],
                  "users": [{ "email": "alice@example.test", "password": "Correct-Horse-7-Battery", "first_name": "Alice",
                    "last_name": "Archer" }]
                }
                """);
            return setup with
            {
                SeedFile = _seed, Time = null,
                Settings = new Dictionary<string, string>
                {
                    ["AUTHORIZATION_DETAILS_TYPES"] =
                        """
                        [{
                          "type": "payment",
                          "schema": {
                            "type": "object",
                            "properties": {
                              "type": { "const": "payment" },
                              "amount": {
                                "type": "object",
                                "properties": {
                                  "value": { "type": "string", "pattern": "^[0-9]+\\.[0-9]{2}$" }, "currency": { "enum": ["EUR"] }
                                },
                                "required": ["value", "currency"]
                              },
                              "to": { "type": "string", "maxLength": 100 },
                              "locations": { "type": "array", "items": { "type": "string" } }
                            },
                            "required": ["amount", "to"],
                            "additionalProperties": false
                          },
                          "words": {
                            "en": "Pay {amount.value} {amount.currency} to {to}", "de": "{amount.value} {amount.currency} an {to} zahlen"
                          }
                        }]
                        """,
                },
            };
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            File.Delete(_seed);
            GC.SuppressFinalize(this);
        }
    }

    public sealed class OnSqlite() : Host(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : Host(DatabaseKind.Postgres);

    [Fact]
    public async Task A_payment_is_shown_in_words_and_stands_in_answer_token_and_introspection()
    {
        var request = App.NewRequest("openid offline_access", [("authorization_details", $"[{Payment}]")]);
        var browser = await SignedInAsync();
        var page = await browser.OpenAsync(request.Address);
        var words = page.Document.Body!.TextContent.Replace("\u2068", "", StringComparison.Ordinal);
        Assert.Contains("Pay 12.50 EUR to Corner Shop", words.Replace("\u2069", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var answer = AuthorizationAnswer.Read(request, await browser.SubmitAsync(page, "/consent", ("decision", "allow")));
        var tokens = await App.RedeemCodeAsync(answer);
        Same($"[{Payment}]", DetailsOf(tokens));
        var claims = JsonElement.Parse(Base64UrlDecode(new JsonWebToken(tokens.AccessToken).EncodedPayload));
        Same($"[{Payment}]", claims.GetProperty("authorization_details"));
        var told = await Machine.IntrospectAsync(tokens.AccessToken);
        Assert.True(told.IsActive, told.Body);
        Same($"[{Payment}]", DetailsOf(told));
        var refreshed = await App.RefreshAsync(tokens.RefreshToken);
        Same($"[{Payment}]", DetailsOf(refreshed));
    }

    [Fact]
    public async Task A_consent_to_one_payment_is_none_to_the_next()
    {
        var browser = await SignedInAsync();
        Assert.NotNull((await browser.AuthorizeAsync(App, "openid", [("authorization_details", $"[{Payment}]")])).Code);
        var again = await browser.OpenAsync(App.NewRequest("openid", [("authorization_details", $"[{Payment}]")]).Address);
        Assert.True(again.HasForm("/consent"), again.ToString());
        var silent = await browser.AuthorizeAsync(App, "openid", [("authorization_details", $"[{Payment}]"), ("prompt", "none")]);
        Assert.Equal("consent_required", silent.Error);
        // What was allowed without details stays allowed.
        Assert.NotNull(AuthorizationAnswer.Read(App.NewRequest("openid"), await browser.OpenAsync(App.NewRequest("openid").Address)).Code);
    }

    [Fact]
    public async Task One_Allow_is_one_code_whatever_is_opened_or_sent_again()
    {
        var browser = await SignedInAsync();
        var request = App.NewRequest("openid", [("authorization_details", $"[{Payment}]")]);
        var page = await browser.OpenAsync(request.Address);
        // The answer without the redirect that follows it, as a second window or a proxy sees it.
        var fields = Browser.FieldsOf(page.Form("/consent")!);
        fields["decision"] = "allow";
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            using var content = new FormUrlEncodedContent(fields);
            return await browser.FollowAsync(await browser.Http.PostAsync(page.Address.AbsolutePath, content));
        }));
        var code = AuthorizationAnswer.Read(request, Assert.Single(answers, a => a.LeftTo is not null)).Code;
        Assert.NotNull(code);
        Assert.All(answers.Where(a => a.LeftTo is null), a => Assert.True(a.HasForm("/consent"), a.ToString()));
        // Asked anew, the person may allow another one.
        var again = await browser.SubmitAsync(answers.First(a => a.LeftTo is null), "/consent", ("decision", "allow"));
        var next = AuthorizationAnswer.Read(request, again).Code;
        Assert.NotNull(next);
        Assert.NotEqual(code, next);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("[{}]")]
    [InlineData("""[{"type":1}]""")]
    [InlineData("""[{"type":"unregistered"}]""")]
    [InlineData("""[{"type":"payment"}]""")]
    [InlineData("""[{"type":"payment","amount":{"value":"1","currency":"EUR"},"to":"x"}]""")]
    [InlineData("""[{"type":"payment","amount":{"value":"1.00","currency":"EUR"},"to":"x","more":1}]""")]
    [InlineData("""[{"type":"payment","amount":{"value":"1.00","currency":"EUR"},"to":"x","to":"y"}]""")]
    [InlineData("""[[[[[[[[[[[[]]]]]]]]]]]]""")]
    [InlineData("""[{"type":"payment","amount":{"value":1e400,"currency":"EUR"},"to":"x"}]""")]
    [InlineData("""[{"type":"payment","amount":{"value":"1.00","currency":"EUR","more":1},"to":"x"}]""")]
    [InlineData("""[{"type":"payment","amount":{"value":"1.00","currency":"EUR"},"to":"Shop\nand 99.00 EUR to nobody"}]""")]
    [InlineData("no JSON")]
    public async Task Details_that_are_not_as_registered_are_refused(string details)
    {
        var browser = await SignedInAsync();
        Assert.Equal(
            "invalid_authorization_details", (await browser.AuthorizeAsync(App, "openid", [("authorization_details", details)])).Error);
        var pushed = await App.PushAsync(App.NewRequest("openid", [("authorization_details", details)]));
        Assert.Equal("invalid_authorization_details", pushed.Error);
    }

    [Fact]
    public async Task A_client_that_is_not_registered_for_the_type_gets_none()
    {
        var other = new ClientApp(Issuer, "other", null, "https://other.example.test/cb");
        var answer = await (await SignedInAsync()).AuthorizeAsync(other, "openid", [("authorization_details", $"[{Payment}]")]);
        Assert.Equal("invalid_authorization_details", answer.Error);
        var alone = await Machine.ClientCredentialsAsync(extra: [("authorization_details", $"[{Payment}]")]);
        Assert.Equal("invalid_authorization_details", alone.Error);
    }

    [Fact]
    public async Task Too_long_and_too_many_details_are_refused()
    {
        var browser = await SignedInAsync();
        var many = $"[{string.Join(',', Enumerable.Repeat(Small, 11))}]";
        var refused = await browser.AuthorizeAsync(App, "openid", [("authorization_details", many)]);
        Assert.Equal("invalid_authorization_details", refused.Error);
        // Written in full, each of these characters is twelve.
        var escaped = """[{"type":"payment","amount":{"value":"1.00","currency":"EUR"},"to":"x","locations":["EMOJI"]}]""".Replace(
            "EMOJI", string.Concat(Enumerable.Repeat("\U0001F600", 400)), StringComparison.Ordinal);
        Assert.Equal(
            "invalid_authorization_details", (await browser.AuthorizeAsync(App, "openid", [("authorization_details", escaped)])).Error);
        var padded = $"[{Payment}{new string(' ', 5000)}]";
        var pushed = await App.PushAsync(App.NewRequest("openid", [("authorization_details", padded)]));
        Assert.Equal("invalid_authorization_details", pushed.Error);
    }

    /// <summary>RFC 9396 section 6.</summary>
    [Fact]
    public async Task A_token_request_narrows_and_never_widens()
    {
        var browser = await SignedInAsync();
        var answer = await browser.AuthorizeAsync(App, "openid offline_access", [("authorization_details", $"[{Payment},{Small}]")]);
        var more = Payment.Replace("12.50", "99.99", StringComparison.Ordinal);
        Assert.Equal("invalid_authorization_details", (await App.RedeemCodeAsync(answer, ("authorization_details", $"[{more}]"))).Error);
        var tokens = await App.RedeemCodeAsync(answer, ("authorization_details", $"[{Small}]"));
        Same($"[{Small}]", DetailsOf(tokens));
        var widened = await App.RefreshAsync(tokens.RefreshToken, ("authorization_details", $"[{more}]"));
        Assert.Equal("invalid_authorization_details", widened.Error);
        // It was refused before the token was taken.
        var id = Guid.Parse(tokens.IdToken.GetClaim("sid").Value);
        Assert.Equal(0, await fixture.Host.WithDatabaseAsync(
            db => db.Sessions.Where(s => s.Id == id).Select(s => s.RotationCounter).SingleAsync()));
        Same($"[{Payment},{Small}]", DetailsOf(await App.RefreshAsync(tokens.RefreshToken)));
    }

    /// <summary>RFC 9396 sections 2.2 and 7: a token tells no API of what is for another.</summary>
    [Fact]
    public async Task A_detail_for_another_api_stays_out_of_the_token()
    {
        var (here, there) = (For(Issuer.Text), For("https://ledger.example.test"));
        var answer = await (await SignedInAsync()).AuthorizeAsync(
            App, "openid offline_access", [("authorization_details", $"[{here},{there}]")]);
        var tokens = await App.RedeemCodeAsync(answer);
        Same($"[{here}]", DetailsOf(tokens));
        Same($"[{here}]", DetailsOf(await App.RefreshAsync(tokens.RefreshToken)));

        static string For(string api) => $"{Small[..^1]},\"locations\":[\"{api}\"]}}";
    }

    [Fact]
    public async Task Discovery_names_the_types() => Assert.Equal(
        ["payment"],
        (await Issuer.DiscoverAsync()).GetProperty("authorization_details_types_supported").EnumerateArray().Select(t => t.GetString()));

    private static JsonElement DetailsOf(TokenAnswer tokens)
    {
        Assert.True(tokens.IsOk, tokens.Body);
        return tokens.Json.GetProperty("authorization_details");
    }

    private static void Same(string expected, JsonElement actual) =>
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), actual), actual.GetRawText());

    private static string Base64UrlDecode(string text) => Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Decode(text);

    private async Task<Browser> SignedInAsync()
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        return browser;
    }
}

public sealed class AuthorizationDetailsOnSqlite(AuthorizationDetailsTests.OnSqlite fixture)
    : AuthorizationDetailsTests(fixture), IClassFixture<AuthorizationDetailsTests.OnSqlite>;

public sealed class AuthorizationDetailsOnPostgres(AuthorizationDetailsTests.OnPostgres fixture)
    : AuthorizationDetailsTests(fixture), IClassFixture<AuthorizationDetailsTests.OnPostgres>;
