using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Protocol.Registration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthServer.IntegrationTests.Conformance;

/// <summary>
/// A server as docs/conformance.md starts it for the suite of the OpenID Foundation, and the addresses at which the suite publishes things.
/// </summary>
public sealed class ConformanceHost() : RegistrationHost(DatabaseKind.Sqlite, "open")
{
    private readonly WebApplication _suite = NewServer();

    /// <summary>What the suite publishes as JSON, by path.</summary>
    public ConcurrentDictionary<string, string> Published { get; } = new();

    /// <summary>What happens while the server waits for what it has asked of the suite; for one answer.</summary>
    public Func<Task>? WhileAsked { get; set; }

    public string SuiteAddress(string path) => $"http://localhost:{Port}{path}";

    /// <summary>The same server by a name that the operator has allowed for their own clients alone.</summary>
    public string InsideAddress(string path) => $"http://127.0.0.1:{Port}{path}";

    /// <summary>Registers a client as the suite does: nothing but what a module needs.</summary>
    public async Task<ClientApp> NewAppAsync(params (string Name, JsonNode? Value)[] members)
    {
        var (status, json) = await TryRegisterAsync(members);
        Assert.True(status == System.Net.HttpStatusCode.Created, json.Json.GetRawText());
        return json.App(Issuer);
    }

    public async Task<(System.Net.HttpStatusCode Status, Registration Answer)> TryRegisterAsync(
        params (string Name, JsonNode? Value)[] members)
    {
        var asked = new JsonObject
        {
            ["client_name"] = "OIDF Conformance Test", ["grant_types"] = new JsonArray("authorization_code"),
            ["response_types"] = new JsonArray("code"), ["redirect_uris"] = new JsonArray("https://suite.example.test/test/a/x/callback"),
            ["token_endpoint_auth_method"] = "client_secret_basic", ["contacts"] = new JsonArray("certification@oidf.org"),
        };
        foreach (var (name, value) in members) asked[name] = value?.DeepClone();
        var (status, answer, _) = await RegisterAsync(asked.ToJsonString());
        return (status, new(answer));
    }

    public async Task<Browser> SignedInAsync(Person? person = null)
    {
        var browser = Host.NewBrowser();
        await browser.SignInAsync(person ?? Seed.Alice);
        return browser;
    }

    protected override HostSetup Prepare(HostSetup setup)
    {
        var prepared = base.Prepare(setup);
        _suite.Run(async http =>
        {
            var (happens, _) = (WhileAsked, WhileAsked = null);
            if (happens is not null) await happens();
            http.Response.ContentType = http.Request.Path.Value!.EndsWith(".jwt", StringComparison.Ordinal)
                ? "application/jwt" : "application/json";
            if (Published.TryGetValue(http.Request.Path, out var text)) await http.Response.WriteAsync(text);
            else http.Response.StatusCode = StatusCodes.Status404NotFound;
        });
        _suite.Start();
        return prepared with
        {
            Settings = new Dictionary<string, string>(prepared.Settings)
            {
                ["SECURITY_PROFILE"] = "oidc-basic",
                ["SESSION_MANAGEMENT"] = "true",
                ["CLIENT_REGISTRATION_SCOPES"] = "openid,profile,email,address,phone,offline_access",
                ["CLIENT_REGISTRATION_TOKEN_ENDPOINT_AUDIENCE"] = "true",
                ["OUTBOUND_ALLOWED_HOSTS"] = string.Create(CultureInfo.InvariantCulture, $"localhost:{Port},127.0.0.1:{Port}"),
                ["CLIENT_TRUSTED_DOMAINS"] = "localhost,suite.example.test",
            },
        };
    }

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        await _suite.DisposeAsync();
    }

    private int Port => new Uri(_suite.Urls.Single()).Port;

    private static WebApplication NewServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder.Build();
    }
}

/// <summary>Requests as the suite sends them: without PKCE, unless a module is about it.</summary>
internal static class SuiteRequests
{
    private static readonly (string Name, string? Value)[] WithoutPkce = [("code_challenge", null), ("code_challenge_method", null)];

    public static AuthorizationRequest Request(this ClientApp app, string scope = "openid", params (string Name, string? Value)[] extra) =>
        app.NewRequest(scope, [.. WithoutPkce, .. extra]);

    /// <summary>Sends the person there, who allows what is asked, and reads what comes back.</summary>
    public static Task<AuthorizationAnswer> AskAsync(
        this Browser browser, ClientApp app, string scope = "openid", params (string Name, string? Value)[] extra) =>
        browser.AuthorizeAsync(app, scope, [.. WithoutPkce, .. extra]);

    public static Task<TokenAnswer> RedeemAsync(this ClientApp app, AuthorizationAnswer answer) => app.TokenAsync(
        [("grant_type", "authorization_code"), ("code", answer.Code), ("redirect_uri", app.RedirectUri)]);

    /// <summary>From the request to the tokens.</summary>
    public static async Task<TokenAnswer> SignInAsync(
        this Browser browser, ClientApp app, string scope = "openid", params (string Name, string? Value)[] extra)
    {
        var tokens = await app.RedeemAsync(await browser.AskAsync(app, scope, extra));
        Assert.True(tokens.IsOk, tokens.Body);
        return tokens;
    }

    public static long AuthTime(this TokenAnswer tokens) => tokens.IdToken.GetPayloadValue<long>("auth_time");

    /// <summary>What form_post sends to the app.</summary>
    public static Dictionary<string, string> Posted(this Page page, ClientApp app) => Browser.FieldsOf(page.Form(app.RedirectUri)
        ?? throw new InvalidOperationException($"Nothing is posted to the app, but {page}"));
}
