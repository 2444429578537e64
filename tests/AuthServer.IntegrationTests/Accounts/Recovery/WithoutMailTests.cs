using System.Net;
using AuthServer.Configuration;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Users.Recovery;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Accounts.Recovery;

/// <summary>A server that sends no mail: what needs one is not there, and the operator can help.</summary>
public sealed class WithoutMailTests(SqliteHost fixture) : IClassFixture<SqliteHost>
{
    [Fact]
    public async Task What_needs_mail_is_not_there()
    {
        var browser = fixture.Host.NewBrowser();
        Assert.Null((await browser.OpenAsync("/signin")).Document.QuerySelector("a[href^='/password']"));
        foreach (var path in new[] { "/password/forgotten", "/email/confirm" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await browser.OpenAsync(path)).Status);
        }

        (await new ApiClient(fixture.Issuer).PostAsync("/v1/auth/password/forgotten", new { email = Seed.Alice.Email }))
            .Expect(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task An_operator_makes_a_link_that_sets_a_password_once_and_confirms_nothing()
    {
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        var reset = scope.ServiceProvider.GetRequiredService<OperatorReset>();
        Assert.Null(await reset.MakeAsync("nobody@example.test"));
        var link = await reset.MakeAsync(Seed.Bob.Email.ToUpperInvariant());
        var browser = fixture.Host.NewBrowser();
        var done = await browser.SubmitAsync(await browser.OpenAsync(link!), "/password/reset", ("password", "Brass-Teapot-61-Moon"));
        Assert.Equal(HttpStatusCode.OK, done.Status);
        var ended = await browser.OpenAsync(link!);
        Assert.Equal(HttpStatusCode.Gone, ended.Status);
        Assert.Null(ended.Document.QuerySelector("a[href^='/password']"));
        await ApiClient.SignInAsync(fixture.Host, Seed.Bob with { Password = "Brass-Teapot-61-Moon" }, "openid account:read");
    }

    [Theory]
    [InlineData("EMAIL_CONFIRMATION", "required", "set it to optional")]
    [InlineData("REGISTRATION_REVEALS_TAKEN_EMAIL", "false", "set it to true")]
    public async Task A_server_that_is_told_to_do_without_mail_what_needs_it_does_not_start(string key, string value, string cure)
    {
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => AuthServerHost.StartAsync(
            new(DatabaseKind.Sqlite) { Settings = new Dictionary<string, string> { [key] = value } }));
        var reason = Assert.Single(refused.Reasons);
        Assert.StartsWith(key, reason.TrimStart(), StringComparison.Ordinal);
        Assert.Contains("SMTP_URL or EMAIL_SERVICE, or " + cure, reason, StringComparison.Ordinal);
    }
}
