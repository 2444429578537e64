using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Accounts;

/// <summary>The sign-in and create-account pages as an attacker meets them.</summary>
public abstract class AccountPagesTests(HostFixture fixture)
{
    [Fact]
    public async Task A_form_from_another_site_signs_nobody_in()
    {
        using var forged = new FormUrlEncodedContent([new("email", Seed.Alice.Email), new("password", Seed.Alice.Password)]);
        using var answer = await fixture.Host.Issuer.Http.PostAsync("/signin", forged);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.False(answer.Headers.TryGetValues("Set-Cookie", out var cookies)
            && cookies.Any(c => c.StartsWith("__Host-authplatform-session", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("/dev/gallery")]
    [InlineData("/dev/gallery/page/sign-in-alone")]
    [InlineData("/dev/gallery/mail/mail-test")]
    [InlineData("/dev/mail")]
    [InlineData("/demo")]
    public async Task In_Production_there_is_nothing_for_developers(string path) =>
        Assert.Equal(HttpStatusCode.NotFound, (await fixture.Host.NewBrowser().OpenAsync(path)).Status);

    [Theory]
    [InlineData("https://evil.example.test/")]
    [InlineData("//evil.example.test/")]
    [InlineData("/\\evil.example.test/")]
    [InlineData("/connect/authorize@evil.example.test")]
    [InlineData("/connect/../..//evil.example.test")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/\t/evil.example.test")]
    public async Task Signing_in_leads_only_to_this_server(string returnUrl)
    {
        var browser = fixture.Host.NewBrowser();
        var page = await browser.OpenAsync("/signin?returnUrl=" + Uri.EscapeDataString(returnUrl));
        var landed = await browser.SignInAsync(Seed.Carol.Email, Seed.Carol.Password, page: page);
        Assert.Null(landed.LeftTo);
        Assert.Equal("/", landed.Address.AbsolutePath);
    }

    [Theory]
    [InlineData("\ud800@example.test", "Orange-Kettle-19")]
    [InlineData("eve@example.test", "\ufffe")]
    [InlineData("eve@example.test", "")]
    [InlineData("", "Orange-Kettle-19")]
    [InlineData("eve@example.test\r\nBcc: x@example.test", "Orange-Kettle-19")]
    public async Task Malformed_input_is_answered_on_the_page(string email, string password)
    {
        var browser = fixture.Host.NewBrowser();
        foreach (var path in new[] { "/signin", "/signup" })
        {
            var page = await browser.SubmitAsync(await browser.OpenAsync(path), path, ("email", email), ("password", password));
            Assert.InRange((int)page.Status, 400, 429);
        }
    }

    [Fact]
    public async Task Personal_pages_are_not_cached_and_not_framed()
    {
        var page = await fixture.Host.NewBrowser().OpenAsync("/signin");
        Assert.Contains("no-store", page.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
    }
}

public sealed class AccountPagesOnSqliteTests(RealTimeSqliteHost host) : AccountPagesTests(host), IClassFixture<RealTimeSqliteHost>;

public sealed class AccountPagesOnPostgresTests(RealTimePostgresHost host) : AccountPagesTests(host), IClassFixture<RealTimePostgresHost>;
