using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Attacks.Leaks;

/// <summary>People and apps at work, right and wrong; what they type and receive is planted.</summary>
internal sealed class LeakTraffic(Issuer issuer, Planted planted)
{
    private const string WrongPassword = "Mistyped-Sunflower-31!", NewPassword = "Granite-Teapot-77-Moon";
    private const string SentInQuery = "Query-Pelican-53-Fence!";

    private static readonly string[] QueriesByMistake =
        ["/signin?password=", "/v1/users?password=", "/connect/userinfo?access_token=", "/connect/token?client_secret="];

    public async Task RunAsync()
    {
        planted.Add("Alice's password", Seed.Alice.Password);
        planted.Add("a mistyped password", WrongPassword);
        planted.Add("a new password", NewPassword);
        planted.Add("a password in a query", SentInQuery);
        var (web, machine, api) = (Seed.Web(issuer), Seed.Machine(issuer), Seed.ResourceServer(issuer));
        foreach (var app in new[] { web, machine, api }) planted.Add($"the secret of {app.ClientId}", app.Secret!);

        await SignInByPageAsync(web, api);
        Token("an access token of a machine", (await machine.ClientCredentialsAsync()).AccessToken);
        await (machine with { Secret = "Wrong-Secret-" + machine.Secret }).ClientCredentialsAsync();
        await UseApiAsync();
        foreach (var path in QueriesByMistake) (await issuer.Http.GetAsync(path + Uri.EscapeDataString(SentInQuery))).Dispose();
        var broken = $"{{\"email\":\"{Seed.Alice.Email}\",\"password\":\"{SentInQuery}\"";
        using var content = new StringContent(broken, null, "application/json");
        (await issuer.Http.PostAsync("/v1/auth/login", content)).Dispose();
    }

    private async Task SignInByPageAsync(ClientApp web, ClientApp api)
    {
        var browser = new Browser(issuer);
        await browser.SignInAsync(Seed.Alice.Email, WrongPassword);
        await browser.SignInAsync(Seed.Alice, keep: true);
        foreach (var cookie in browser.Cookies.GetAllCookies().Where(c => c.Value.Length >= 20))
            planted.Add($"the cookie {cookie.Name}", cookie.Value);
        var unused = await browser.AuthorizeAsync(web, "openid");
        planted.Add("a code that nobody redeemed", unused.Code);
        var answer = await browser.AuthorizeAsync(web, "openid profile email offline_access");
        planted.Add("a code", answer.Code);
        planted.Add("a code verifier", answer.Request.Verifier);
        var tokens = await web.RedeemCodeAsync(answer);
        await web.RedeemCodeAsync(unused with { Request = answer.Request });
        Tokens("first", tokens);
        var second = await web.RefreshAsync(tokens.RefreshToken);
        Tokens("second", second);
        await web.UserInfoAsync(second.AccessToken);
        await api.IntrospectAsync(second.RefreshToken);
        await web.IntrospectAsync(second.RefreshToken);
        var third = await web.RefreshAsync(second.RefreshToken);
        Tokens("third", third);
        // Reuse of an old one ends the session.
        await web.RefreshAsync(tokens.RefreshToken);
        await browser.OpenAsync("/connect/endsession?id_token_hint=" + third.Text("id_token"));
    }

    private async Task UseApiAsync()
    {
        var caller = new ApiCaller(issuer);
        await caller.LoginAsync(Seed.Bob with { Password = WrongPassword });
        var login = await caller.LoginAsync(Seed.Bob);
        Assert.Equal(HttpStatusCode.OK, login.Status);
        var refresh = login.Json.GetProperty("refresh_token").GetString()!;
        planted.Add("Bob's refresh token", refresh);
        var again = await caller.RefreshAsync(refresh);
        planted.Add("Bob's next refresh token", again.Json.GetProperty("refresh_token").GetString()!);

        var browser = new Browser(issuer);
        await browser.SignInAsync(Seed.Carol);
        var console = Seed.Console(issuer);
        var code = await browser.AuthorizeAsync(console, ApiClient.FullAccess, [("resource", issuer.Text + "/v1")]);
        var admin = new ApiClient(issuer, (await console.RedeemCodeAsync(code)).AccessToken);
        Token("Carol's access token", admin.AccessToken!);
        var made = await admin.PostAsync(
            "/v1/users", new { email = "new@example.test", password = NewPassword, first_name = "New" }, ("Idempotency-Key", "leak-0001"));
        Assert.True(made.Status == HttpStatusCode.Created, made.Body);
        var registered = await new ApiClient(issuer).PostAsync(
            "/v1/auth/register", new { email = "another@example.test", password = NewPassword }, ("Idempotency-Key", "leak-0002"));
        Assert.True(registered.Status == HttpStatusCode.Created, registered.Body);
    }

    private void Tokens(string which, TokenAnswer answer)
    {
        planted.Add($"the {which} refresh token", answer.RefreshToken);
        Token($"the {which} access token", answer.AccessToken);
        Token($"the {which} ID token", answer.Text("id_token")!);
    }

    // The header is the same in all tokens of a key, so it is no secret.
    private void Token(string name, string token) => planted.Add(name, token[(token.IndexOf('.', StringComparison.Ordinal) + 1)..]);
}
