using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Telemetry;

/// <summary>
/// Makes docs/images/dashboard-*.png where UPDATE_IMAGES=1 asks for them: two minutes of work for the server, and screenshots by Chromium.
/// </summary>
internal static class DashboardPictures
{
    private static readonly TimeSpan Work = TimeSpan.FromMinutes(2), Crowd = TimeSpan.FromSeconds(8);

    public static bool AreWanted { get; } = Environment.GetEnvironmentVariable("UPDATE_IMAGES") == "1";

    /// <summary>How much of the past the pictures show.</summary>
    public static TimeSpan Shown => Work + TimeSpan.FromSeconds(20);

    /// <summary>Apps at work, first few and then more, and in the middle a crowd that the server cannot answer.</summary>
    public static async Task WorkAsync(Issuer issuer)
    {
        var (machine, began) = (Seed.Machine(issuer), TimeProvider.System.GetTimestamp());
        var app = Task.Run(() => RefreshAsync(issuer, () => TimeProvider.System.GetElapsedTime(began) < Work));
        while (TimeProvider.System.GetElapsedTime(began) is var since && since < Work)
        {
            await machine.ClientCredentialsAsync();
            using var keys = await issuer.Http.GetAsync("/.well-known/jwks");
            if (since > Work / 2 && since < Work / 2 + Crowd) await CrowdAsync(issuer);
            else await Task.Delay(since < Work / 2 ? 60 : 20);
        }

        await app;
    }

    /// <summary>As files that Chromium opens.</summary>
    public static async Task ShootAsync(DashboardDrawing drawing)
    {
        var folder = Directory.CreateTempSubdirectory("authserver-dashboard-");
        var chromium = Environment.GetEnvironmentVariable("CHROMIUM_PATH") is { Length: > 0 } path ? path : "/usr/bin/chromium";
        foreach (var isDark in new[] { false, true })
        {
            var name = isDark ? "dashboard-dark" : "dashboard-light";
            var page = Path.Combine(folder.FullName, name + ".html");
            await File.WriteAllTextAsync(page, drawing.Html(isDark));
            await ChildProcess.RunAsync(
                chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", $"--user-data-dir={folder.FullName}/chromium",
                $"--window-size={DashboardDrawing.Width},{drawing.Height}",
                $"--screenshot={Path.Combine(ServerProcess.Root, "docs", "images", name + ".png")}", "file://" + page);
        }

        folder.Delete(recursive: true);
    }

    private static async Task RefreshAsync(Issuer issuer, Func<bool> goesOn)
    {
        var web = Seed.Web(issuer);
        var browser = new Browser(issuer);
        await browser.SignInAsync(Seed.Alice);
        var tokens = await web.RedeemCodeAsync(await browser.AuthorizeAsync(web, "openid profile offline_access"));
        while (goesOn())
        {
            // A crowd may have had it turned away.
            var next = await web.RefreshAsync(tokens.RefreshToken);
            if (next.Status == HttpStatusCode.OK) tokens = next;
            await web.UserInfoAsync(tokens.AccessToken);
            await Task.Delay(100);
        }
    }

    private static Task CrowdAsync(Issuer issuer) => Task.WhenAll(Enumerable.Range(0, 400).Select(async _ =>
    {
        using var page = await issuer.Http.GetAsync("/signin");
    }));
}
