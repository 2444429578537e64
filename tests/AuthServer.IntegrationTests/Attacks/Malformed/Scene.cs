using System.Text.Json;
using AngleSharp.Html.Dom;
using AuthServer.Configuration;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Attacks.Malformed;

/// <summary>
/// A real server with people on it: alice, whom nothing may happen to, carol, who administers, and accounts that the attacker may do what
/// they like with.
/// </summary>
internal sealed class Scene : IAsyncDisposable
{
    public const string ToyPassword = "Orange-Kettle-19";

    private readonly TestDatabase _database;

    private Scene(TestDatabase database, ServerProcess server, string address)
    {
        (_database, Server, Address) = (database, server, new Uri(address));
        Issuer = Issuer.At(Address);
    }

    public ServerProcess Server { get; }

    public Uri Address { get; }

    public Issuer Issuer { get; }

    /// <summary>The refresh token of alice's session: it must still be good at the end.</summary>
    public string VictimToken { get; private set; } = "";

    public string AdminToken { get; private set; } = "";

    /// <summary>A person's access and ID token, for userinfo and hints.</summary>
    public TokenAnswer ToyTokens { get; private set; } = null!;

    /// <summary>A refresh token that is presented again and again: after the first time it only ends its session.</summary>
    public string WornToken { get; private set; } = "";

    /// <summary>Cookies and the hidden field of a page, for posts to it.</summary>
    public string FormCookies { get; private set; } = "";

    public string FormToken { get; private set; } = "";

    public string SessionCookies { get; private set; } = "";

    public string SessionFormToken { get; private set; } = "";

    public List<string> Toys { get; } = [];

    public static async Task<Scene> OpenAsync(DatabaseKind kind)
    {
        var database = await TestDatabase.CreateAsync(kind);
        var address = ServerProcess.FreeAddress("localhost");
        var server = ServerProcess.Start(
        [
            .. database.Settings.Select(s => (s.Key, s.Value)), ("API_BASE_URL", address), ("ASPNETCORE_URLS", address),
                ("AUTHSERVER_SEED", Seed.File),
            ("SECRET_KEY", AuthServerHost.SecretKey), ("JWT_SECRET", SecretText.New()), ("RATE_LIMIT_PER_HOUR", "1000000"),
                ("SIGNINS_PER_ADDRESS_PER_MINUTE", "1000000"),
            ("SIGNIN_FAILURES_PER_ACCOUNT", "1000000"), ("SIGNIN_FAILURES_PER_ADDRESS", "1000000"),
                ("CLIENT_AUTHENTICATION_FAILURES", "1000000"), ("REGISTRATIONS_PER_ADDRESS_PER_HOUR", "1000000"),
                    ("USER_LOOKUPS_PER_MINUTE", "1000000"),
        ]);
        var scene = new Scene(database, server, address);
        try
        {
            await server.ReadyAsync(address);
            await scene.PrepareAsync();
            return scene;
        }
        catch
        {
            await scene.DisposeAsync();
            throw;
        }
    }

    /// <summary>Everything about the people, clients, scopes and keys that no attack may have touched.</summary>
    public async Task<string> ProtectedRowsAsync()
    {
        await using var db = _database.OpenContext();
        string[] victims = [Seed.Alice.Email, Seed.Bob.Email, Seed.Carol.Email];
        var users = await db.Users.AsNoTracking().Where(u => victims.Contains(u.Email)).OrderBy(u => u.Email).ToListAsync();
        var clients = await db.Clients.AsNoTracking().OrderBy(c => c.ClientId).ToListAsync();
        var scopes = await db.Scopes.AsNoTracking().OrderBy(s => s.Name).ToListAsync();
        var roles = await db.UserRoles.AsNoTracking().CountAsync(r => users.Select(u => u.Id).Contains(r.UserId));
        // Bob's sessions are what logins in his name make; alice's and carol's are those of the beginning.
        var sessions = await db.Sessions.AsNoTracking().Where(s => s.User!.Email == Seed.Alice.Email
            || s.User.Email == Seed.Carol.Email).OrderBy(s => s.Id)
            .Select(s => new { s.Id, s.TokenHash, s.Scopes, s.ClientId, s.RotationCounter, s.SecurityStamp }).ToListAsync();
        return string.Join('\n', new[] { Rows(users), Rows(clients), Rows(scopes), $"roles {roles}", Rows(sessions) });
    }

    public async Task<HashSet<Guid>> UsersAsync()
    {
        await using var db = _database.OpenContext();
        return [.. await db.Users.Select(u => u.Id).ToListAsync()];
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _database.Dispose();
    }

    public async Task AddToyAsync()
    {
        var answer = await new ApiClient(Issuer, AdminToken)
            .PostAsync("/v1/users", new { email = $"toy{Guid.CreateVersion7():n}@example.test", first_name = "Toy" });
        Toys.Add(answer.Expect(System.Net.HttpStatusCode.Created).Id);
    }

    private async Task PrepareAsync()
    {
        VictimToken = (await SignInAsync(Seed.Alice, Seed.Patient(Issuer), "openid offline_access")).Tokens.RefreshToken;
        // The seed file names the API of another address as the default.
        AdminToken = (
            await SignInAsync(Seed.Carol, Seed.Console(Issuer), ApiClient.FullAccess, ("resource", new Uri(Address, "/v1").AbsoluteUri)))
            .Tokens.AccessToken;
        var person = new Person("toy@example.test", ToyPassword);
        (await new ApiClient(Issuer).PostAsync("/v1/auth/register", new { email = person.Email, password = person.Password }))
            .Expect(System.Net.HttpStatusCode.Created);
        var (browser, tokens) = await SignInAsync(person, Seed.Spa(Issuer), "openid profile email offline_access");
        ToyTokens = tokens;
        WornToken = (await SignInAsync(person, Seed.Spa(Issuer), "openid offline_access")).Tokens.RefreshToken;
        (SessionCookies, SessionFormToken) = await FormAsync(browser, "/signin?prompt=login");
        (FormCookies, FormToken) = await FormAsync(new Browser(Issuer), "/signup");
        for (var i = 0; i < 5; i++) await AddToyAsync();
    }

    private async Task<(Browser Browser, TokenAnswer Tokens)> SignInAsync(
        Person person, ClientApp app, string scope, params (string Name, string? Value)[] extra)
    {
        var browser = new Browser(Issuer);
        await browser.SignInAsync(person);
        return (browser, await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, scope, extra)));
    }

    private static async Task<(string Cookies, string Token)> FormAsync(Browser browser, string path)
    {
        var form = (await browser.OpenAsync(path)).Form()!;
        var token = form.Elements.OfType<IHtmlInputElement>().Single(i => i.Name == "__RequestVerificationToken").Value;
        return (string.Join("; ", browser.Cookies.GetAllCookies().Select(c => $"{c.Name}={c.Value}")), token);
    }

    private static string Rows<T>(IEnumerable<T> rows) => string.Join('\n', rows.Select(r => JsonSerializer.Serialize(r)));
}
