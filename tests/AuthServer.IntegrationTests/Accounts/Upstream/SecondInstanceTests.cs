using System.Net;
using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts.Upstream;

/// <summary>Another server of this kind, a process of its own, and one in this process that people sign in to with it.</summary>
public sealed class TwoServers : IAsyncLifetime
{
    private const string ClientId = "child", ClientSecret = "child-secret-Zr6Yk2Vn9Hq4Xs7Tb3Wd8Rz";

    private readonly string _folder = Directory.CreateTempSubdirectory("upstream-").FullName;
    private readonly string _address = ServerProcess.FreeAddress();
    private ServerProcess? _parent;

    public static Person Uma { get; } = new("uma@example.test", "Orange-Kettle-19-Sea");

    /// <summary>Says no.</summary>
    public static Person Nils { get; } = new("nils@example.test", "Brass-Teapot-61-Moon");

    public AuthServerHost Host { get; private set; } = null!;

    /// <summary>A browser at the other server; cookies of one server mean nothing to the other.</summary>
    public Browser NewBrowserThere() => new(Issuer.At(new Uri(_address)));

    public async ValueTask InitializeAsync()
    {
        var seed = Path.Combine(_folder, "seed.json");
        await File.WriteAllTextAsync(seed, JsonSerializer.Serialize(new
        {
            clients = new[]
            {
                new
                {
                    client_id = ClientId, client_secret = ClientSecret, client_name = "Child",
                    grant_types = new[] { "authorization_code" },
                    redirect_uris = new[] { AuthServerHost.IssuerText + "/signin/with/parent" }, scope = "openid email profile",
                },
            },
            users = new[] { Uma, Nils }.Select(person => new
            {
                email = person.Email, password = person.Password, first_name = "Uma", last_name = "Upstream",
                claims = new { email_verified = true },
            }),
        }));
        _parent = ServerProcess.Start(
            [
                ("ASPNETCORE_ENVIRONMENT", "Development"), ("AUTHSERVER_DATA", Path.Combine(_folder, "data")), ("AUTHSERVER_SEED", seed),
                ("OVERLOAD_QUEUE_MILLISECONDS", "0"),
            ],
            "--urls", _address);
        Host = await AuthServerHost.StartAsync(new HostSetup(DatabaseKind.Sqlite)
        {
            Settings = new Dictionary<string, string>
            {
                ["UPSTREAM_PROVIDERS"] = "parent",
                ["UPSTREAM_PARENT_ISSUER"] = _address,
                ["UPSTREAM_PARENT_CLIENT_ID"] = ClientId,
                ["UPSTREAM_PARENT_CLIENT_SECRET"] = ClientSecret,
                ["UPSTREAM_PARENT_TRUST_EMAIL"] = "true",
            },
        });
        await _parent.ReadyAsync(_address);
    }

    public async ValueTask DisposeAsync()
    {
        if (Host is not null) await Host.DisposeAsync();
        if (_parent is not null) await _parent.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>People sign in with another server of this kind, over HTTP, with every page that they see there.</summary>
public sealed class SecondInstanceTests(TwoServers servers) : IClassFixture<TwoServers>
{
    [Fact]
    public async Task A_person_signs_up_and_in_with_the_other_server()
    {
        var (here, there) = (servers.Host.NewBrowser(), servers.NewBrowserThere());
        var asked = await there.OpenAsync((await UpstreamFixture.GoAsync(here, "parent")).AbsoluteUri);
        var consent = await there.SignInAsync(TwoServers.Uma.Email, TwoServers.Uma.Password, page: asked);
        var answer = await there.SubmitAsync(consent, "/consent", ("decision", "allow"));
        Assert.Equal("/", (await here.OpenAsync(answer.LeftTo!.PathAndQuery)).Address.AbsolutePath);

        var user = await servers.Host.WithDatabaseAsync(db => db.Users.SingleAsync(u => u.Email == TwoServers.Uma.Email));
        Assert.Equal((true, "!", "Uma", "Upstream"), (user.EmailConfirmed, user.PasswordHash, user.FirstName, user.LastName));
        // The other server says when the person signed in there: this is recent enough to change a way in.
        var security = await here.OpenAsync("/account/security");
        Assert.True(security.HasForm("/account/security/disconnect"), security.ToString());
        var tooLate = await here.OpenAsync(answer.LeftTo.PathAndQuery);
        Assert.Equal(HttpStatusCode.BadRequest, tooLate.Status);

        // Signed in there, and allowed: the second time there is nothing to press.
        var again = servers.Host.NewBrowser();
        answer = await there.OpenAsync((await UpstreamFixture.GoAsync(again, "parent")).AbsoluteUri);
        Assert.Equal("/", (await again.OpenAsync(answer.LeftTo!.PathAndQuery)).Address.AbsolutePath);
        Assert.Equal(2, await servers.Host.WithDatabaseAsync(db => db.Sessions.CountAsync(s => s.UserId == user.Id)));

        // An app that wants a new sign-in gets one there.
        var request = Seed.Web(servers.Host.Issuer).NewRequest("openid", [("prompt", "login")]);
        asked = await there.OpenAsync(
            (await UpstreamFixture.GoAsync(again, "parent", await again.OpenAsync(request.Address))).AbsoluteUri);
        Assert.True(asked.HasForm("/signin"), asked.ToString());
        answer = await there.SignInAsync(TwoServers.Uma.Email, TwoServers.Uma.Password, page: asked);
        Assert.NotNull(AuthorizationAnswer.Read(request, await again.OpenAsync(answer.LeftTo!.PathAndQuery)).Code);
    }

    [Fact]
    public async Task Who_allows_nothing_there_is_not_signed_in_here()
    {
        var (here, there) = (servers.Host.NewBrowser(), servers.NewBrowserThere());
        var asked = await there.OpenAsync((await UpstreamFixture.GoAsync(here, "parent")).AbsoluteUri);
        var consent = await there.SignInAsync(TwoServers.Nils.Email, TwoServers.Nils.Password, page: asked);
        var answer = await there.SubmitAsync(consent, "/consent", ("decision", "deny"));
        var page = await here.OpenAsync(answer.LeftTo!.PathAndQuery);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("You have not signed in with Parent", page.Body, StringComparison.Ordinal);
        Assert.Equal("/signin", (await here.OpenAsync("/account")).Address.AbsolutePath);
    }
}
