using System.Net;
using System.Text.RegularExpressions;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.IntegrationTests.Accounts;

/// <summary>A server with the demo, as a program of its own: the demo app talks to its public address.</summary>
public sealed class DemoServer : IAsyncLifetime
{
    private readonly string _data = Path.Combine(Path.GetTempPath(), $"demo-{Guid.CreateVersion7():N}");
    private ServerProcess? _server;

    public Issuer Issuer { get; } = Issuer.At(new Uri(ServerProcess.FreeAddress("localhost")));

    public string Console => $"{_server!.Output}\n{_server.Errors}";

    public async ValueTask InitializeAsync()
    {
        _server = ServerProcess.Start(
            [("ASPNETCORE_ENVIRONMENT", "Development"), ("ASPNETCORE_URLS", Issuer.Text), ("AUTHSERVER_DATA", _data)]);
        await _server.ReadyAsync(Issuer.Text);
        // The last line; the console says it a moment after the server listens.
        await Eventually.UntilAsync("it names demo-api", () => Console.Contains("demo-api", StringComparison.Ordinal), () => Console);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        if (Directory.Exists(_data)) Directory.Delete(_data, recursive: true);
    }
}

public sealed class DemoPagesTests(DemoServer server) : IClassFixture<DemoServer>
{
    private const string Start = "/demo", Callback = "/demo/callback";

    private readonly Browser _browser = new(server.Issuer);

    [Fact]
    public void The_console_names_each_thing_once()
    {
        Assert.Contains($"open {server.Issuer.Text}/demo ", server.Console, StringComparison.Ordinal);
        string[] things = ["alice@example.com", "bob@example.com", "admin@example.com", "demo-web", "demo-machine", "ResourceApi",
            "Issuer "];
        Assert.All(things, once => Assert.Single(Regex.Matches(server.Console, Regex.Escape(once))));
        Assert.DoesNotContain("Listening on", server.Console, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_goes_from_the_start_to_tokens_that_stand_in_the_page_alone()
    {
        var code = await ArriveAsync("alice@example.com");
        var form = code.Form(Callback)!;
        var sent = QueryHelpers.ParseQuery(code.Address.Query)["code"].ToString();
        Assert.Contains(sent, code.Body, StringComparison.Ordinal);

        var tokens = await _browser.SubmitAsync(code, Callback);
        Assert.Equal(HttpStatusCode.OK, tokens.Status);
        Assert.Equal("You are signed in as Alice Anderson", tokens.Document.QuerySelector("h1")!.TextContent.Trim());
        Assert.Equal(Callback, tokens.Address.PathAndQuery);
        Assert.Equal("no-store", tokens.Headers.CacheControl!.ToString());
        Assert.EndsWith("form-action 'self'", tokens.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        var blocks = tokens.Document.QuerySelectorAll("code").Select(block => block.TextContent).ToList();
        Assert.Contains(blocks, block => block.Contains("\"nonce\":", StringComparison.Ordinal));
        Assert.Contains(blocks, block => block.Contains("offline_access notes:read notes:write\"", StringComparison.Ordinal));

        var access = blocks.Single(block => block.StartsWith("TOKEN=", StringComparison.Ordinal))[6..];
        using var request = new HttpRequestMessage(HttpMethod.Get, "/connect/userinfo");
        request.Headers.Authorization = new("Bearer", access);
        using var userInfo = await server.Issuer.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, userInfo.StatusCode);
        foreach (var secret in (string[])[sent, access, form.QuerySelector("[name=state]")!.GetAttribute("value")!])
            Assert.DoesNotContain(secret, server.Console, StringComparison.Ordinal);

        // Loaded again, the page sends its form again: the code does not go to the token endpoint twice, which would end the session.
        var again = await _browser.SubmitAsync(code, Callback);
        Assert.Equal(HttpStatusCode.BadRequest, again.Status);
        Assert.False(again.HasForm(Callback));
        using var still = new HttpRequestMessage(HttpMethod.Get, "/connect/userinfo");
        still.Headers.Authorization = new("Bearer", access);
        using var stillThere = await server.Issuer.Http.SendAsync(still);
        Assert.Equal(HttpStatusCode.OK, stillThere.StatusCode);
    }

    [Fact]
    public async Task What_the_browser_keeps_is_for_no_script_and_no_form_of_another_site()
    {
        var start = await _browser.OpenAsync(Start);
        var token = start.Form(Start)!.QuerySelector("input")!.GetAttribute("value")!;
        using var content = new FormUrlEncodedContent([new("__RequestVerificationToken", token)]);
        using var answer = await _browser.Http.PostAsync(Start, content);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.StartsWith("/connect/authorize?", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        var cookie = answer.Headers.GetValues("Set-Cookie")
            .Single(value => value.StartsWith("authplatform-demo=", StringComparison.Ordinal));
        Assert.Contains("; samesite=lax; httponly", cookie, StringComparison.OrdinalIgnoreCase);
        var query = QueryHelpers.ParseQuery(answer.Headers.Location.OriginalString.Split('?')[1]);
        Assert.Equal("S256", query["code_challenge_method"]);
        Assert.NotEqual(query["state"], query["nonce"]);
    }

    [Theory]
    [InlineData("state", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("state", null)]
    [InlineData("iss", "https://evil.example")]
    [InlineData("iss", null)]
    [InlineData("code", null)]
    public async Task An_answer_that_the_demo_did_not_ask_for_has_no_button(string parameter, string? value)
    {
        var code = await ArriveAsync("bob@example.com");
        var query = QueryHelpers.ParseQuery(code.Address.Query).ToDictionary(p => p.Key, p => (string?)p.Value.ToString());
        query[parameter] = value;
        var other = await _browser.OpenAsync(QueryHelpers.AddQueryString(Callback, query.Where(p => p.Value is not null)));
        Assert.False(other.HasForm(Callback));
        Assert.Equal("There is nothing to exchange here", other.Document.QuerySelector("h1")!.TextContent);
    }

    [Fact]
    public async Task A_code_of_another_browser_is_not_exchanged()
    {
        var code = await ArriveAsync("bob@example.com");
        var victim = new Browser(server.Issuer);
        Assert.False((await victim.OpenAsync(code.Address.PathAndQuery)).HasForm(Callback));
        // Also not after a start of one's own, with the form of the other.
        await victim.SubmitAsync(await victim.OpenAsync(Start), Start);
        var posted = await victim.SubmitAsync(code, Callback);
        Assert.Equal(HttpStatusCode.BadRequest, posted.Status);
        Assert.Empty(posted.Document.QuerySelectorAll("code"));
    }

    [Fact]
    public async Task A_refused_consent_and_a_refused_code_say_why()
    {
        var declined = await ArriveAsync("admin@example.com", decision: "deny");
        Assert.False(declined.HasForm(Callback));
        Assert.Contains("access_denied", declined.Document.QuerySelectorAll("code").Select(block => block.TextContent));

        var refused = await _browser.SubmitAsync(await ArriveAsync("admin@example.com"), Callback, ("code", "made-up"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("invalid_grant", refused.Document.QuerySelectorAll("code").Select(block => block.TextContent));
    }

    /// <summary>From the start to the page that the server sends the person back to.</summary>
    private async Task<Page> ArriveAsync(string email, string decision = "allow")
    {
        var page = await _browser.SubmitAsync(await _browser.OpenAsync(Start), Start);
        var password = Regex.Match(server.Console, $@"^  {Regex.Escape(email)}\s+(\S+)$", RegexOptions.Multiline).Groups[1].Value;
        if (page.HasForm("/signin")) page = await _browser.SignInAsync(email, password, page: page);
        if (page.HasForm("/consent")) page = await _browser.SubmitAsync(page, "/consent", ("decision", decision));
        Assert.Equal(Callback, page.Address.AbsolutePath);
        return page;
    }
}

/// <summary>Where the demo is not, it leaves no page behind.</summary>
public sealed class NoDemoTests(SqliteHost fixture) : IClassFixture<SqliteHost>
{
    public static TheoryData<string, string> Requests => new()
    {
        { "GET", "/demo" }, { "POST", "/demo" }, { "GET", "/demo/callback?code=x" }, { "POST", "/demo/callback" },
    };

    [Theory, MemberData(nameof(Requests))]
    public async Task Production_has_no_such_page(string method, string address) =>
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(fixture.Issuer, method, address));

    [Fact]
    public async Task Development_has_none_while_the_client_of_that_name_is_another()
    {
        using var seed = new TempFile("""
            { "clients": [ {
                "client_id": "demo-spa", "client_name": "Ours", "token_endpoint_auth_method": "none",
                "redirect_uris": ["https://ours.example/cb"], "scope": "openid"
            } ] }
            """);
        var setup = new HostSetup(DatabaseKind.Sqlite) { Environment = "Development", SeedFile = seed.Path };
        await using var host = await AuthServerHost.StartAsync(setup);
        foreach (var row in Requests)
        {
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(host.Issuer, row.Data.Item1, row.Data.Item2));
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(Issuer issuer, string method, string address)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        if (method == "POST") request.Content = new FormUrlEncodedContent([new("code", "x")]);
        using var answer = await issuer.Http.SendAsync(request);
        return answer.StatusCode;
    }
}
