namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>
/// A server with providers: corp, which tells the truth about addresses; shop, which is not trusted; away, which is not there.
/// </summary>
public abstract class UpstreamFixture(DatabaseKind kind) : HostFixture(kind)
{
    public UpstreamServer Corp { get; private set; } = null!;

    public UpstreamServer Shop { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        (Corp, Shop) = (await UpstreamServer.StartAsync(Time), await UpstreamServer.StartAsync(Time));
        await base.InitializeAsync();
    }

    /// <summary>Presses the button of a provider on the page that is open, or on the sign-in page.</summary>
    /// <returns>The request that the browser takes there.</returns>
    public static async Task<Uri> GoAsync(Browser browser, string provider, Page? page = null, string action = "/signin/with")
    {
        ArgumentNullException.ThrowIfNull(browser);
        page ??= await browser.OpenAsync("/signin");
        var left = await browser.SubmitAsync(page, action, ("provider", provider));
        Assert.True(left.LeftTo is not null, left.ToString());
        return left.LeftTo;
    }

    /// <summary>Signs in with a provider.</summary>
    public static async Task<Page> SignInAsync(
        Browser browser, UpstreamServer server, string provider, IReadOnlyDictionary<string, object> person, Page? page = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(browser);
        return await browser.OpenAsync(server.Approve(await GoAsync(browser, provider, page), person));
    }

    /// <summary>A person whom nobody knows here.</summary>
    public Dictionary<string, object> NewPerson(string? email = null, bool verified = true) =>
        UpstreamServer.NewPerson(Time.GetUtcNow(), email, verified);

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        await Corp.DisposeAsync();
        await Shop.DisposeAsync();
    }

    protected override HostSetup Prepare(HostSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        return setup with
        {
            Settings = new Dictionary<string, string>([.. Corp.SettingsOf("corp"), .. Shop.SettingsOf("shop")])
            {
                ["UPSTREAM_PROVIDERS"] = "corp,shop,away",
                ["UPSTREAM_CORP_TRUST_EMAIL"] = "true",
                ["UPSTREAM_SHOP_NAME"] = "The <Shop>",
                ["UPSTREAM_AWAY_ISSUER"] = "http://127.0.0.1:9",
                ["UPSTREAM_AWAY_CLIENT_ID"] = UpstreamServer.ClientId,
            },
        };
    }
}

public sealed class UpstreamOnSqlite() : UpstreamFixture(DatabaseKind.Sqlite);

public sealed class UpstreamOnPostgres() : UpstreamFixture(DatabaseKind.Postgres);
