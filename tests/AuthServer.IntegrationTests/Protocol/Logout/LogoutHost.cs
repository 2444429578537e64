using System.Globalization;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Sessions;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Protocol.Logout;

/// <summary>A server whose clients, but for one, are told of the end of their sessions by the back channel.</summary>
public abstract class LogoutHost(DatabaseKind kind) : HostFixture(kind)
{
    /// <summary>It has no address to be told at.</summary>
    public const string Untold = "patient";

    /// <summary>Its address is one that the server does not ask.</summary>
    public const string Inside = "minimal";

    /// <summary>It says nothing of the algorithm of its ID tokens: its profile does.</summary>
    public const string Fapi = "fapi";

    private readonly string _seed = Path.Combine(Path.GetTempPath(), $"logout-{Guid.CreateVersion7():N}.json");

    public LogoutReceiver Receiver { get; private set; } = null!;

    protected override HostSetup Prepare(HostSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        Receiver = LogoutReceiver.StartAsync().GetAwaiter().GetResult();
        var seed = JsonNode.Parse(File.ReadAllText(Seed.File))!.AsObject();
        seed["clients"]!.AsArray().Add(new JsonObject
        {
            ["client_id"] = Fapi, ["security_profile"] = "fapi2", ["token_endpoint_auth_method"] = "private_key_jwt",
            ["grant_types"] = new JsonArray("client_credentials"),
            ["jwks"] = new JsonObject { ["keys"] = new JsonArray(ClientSigner.Ec("k1").Jwk.DeepClone()) },
        });
        foreach (var client in seed["clients"]!.AsArray())
        {
            var id = (string)client!["client_id"]!;
            if (id == Untold) continue;
            client["backchannel_logout_uri"] = id == Inside ? "https://10.20.30.40/logout" : new Uri(Receiver.Address, id).AbsoluteUri;
            client["backchannel_logout_session_required"] = true;
            if (id == "web") client["frontchannel_logout_uri"] = "https://web.example.test/front?x=1";
            if (id == "third-party") client["frontchannel_logout_uri"] = "https://third.example.test/front";
        }

        File.WriteAllText(_seed, seed.ToJsonString());
        return setup with
        {
            SeedFile = _seed,
            Settings = new Dictionary<string, string>(setup.Settings)
            {
                ["OUTBOUND_ALLOWED_HOSTS"] = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Receiver.Address.Port}"),
            },
        };
    }

    /// <summary>Lets the server's time pass until it is so: the delivery waits by this clock.</summary>
    public Task UntilAsync(string what, Func<Task<bool>> isSo, TimeSpan? step = null) => Eventually.UntilAsync(what, async () =>
    {
        if (await isSo()) return true;
        Time.Advance(step ?? TimeSpan.FromMilliseconds(100));
        return false;
    });

    /// <summary>The logout tokens for a session, once there are so many.</summary>
    public async Task<IReadOnlyList<ReceivedLogout>> ToldAsync(string sid, int count = 1)
    {
        await UntilAsync($"{count} logout tokens for {sid}", () => Task.FromResult(Receiver.Of(sid).Count >= count));
        return Receiver.Of(sid);
    }

    /// <summary>What another process has written is seen at the next look.</summary>
    public void Wake() => Host.Services.GetRequiredService<NoticeSignal>().Wake();

    /// <summary>A person in a browser of their own with a session of an app.</summary>
    public async Task<(Browser Browser, TokenAnswer Tokens)> SignInAsync(ClientApp app, Person person, string scope = "openid")
    {
        var browser = Host.NewBrowser();
        await browser.SignInAsync(person);
        return (browser, await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, scope)));
    }

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        await Receiver.DisposeAsync();
        File.Delete(_seed);
    }
}

public sealed class LogoutOnSqlite() : LogoutHost(DatabaseKind.Sqlite);

public sealed class LogoutOnPostgres() : LogoutHost(DatabaseKind.Postgres);
