using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts.Upstream;

/// <summary>People sign in with another provider (OpenID Connect Core 3.1).</summary>
public abstract class UpstreamSignInTests(UpstreamFixture fixture)
{
    [Fact]
    public async Task A_new_person_gets_an_account_whose_address_is_confirmed_and_comes_back_to_it()
    {
        var person = fixture.NewPerson();
        var browser = fixture.Host.NewBrowser();
        Assert.Equal("/", (await UpstreamFixture.SignInAsync(browser, fixture.Corp, "corp", person)).Address.AbsolutePath);
        var email = (string)person["email"];
        var user = await fixture.Host.WithDatabaseAsync(db => db.Users.SingleAsync(u => u.Email == email));
        Assert.Equal((true, "!", "Uma", "Upstream"), (user.EmailConfirmed, user.PasswordHash, user.FirstName, user.LastName));
        var session = await fixture.Host.WithDatabaseAsync(db => db.Sessions.SingleAsync(s => s.UserId == user.Id));
        Assert.Equal(("fed", "urn:authplatform:acr:1fa"), (session.Amr, session.Acr));

        var elsewhere = fixture.Host.NewBrowser();
        Assert.Equal("/", (await UpstreamFixture.SignInAsync(elsewhere, fixture.Corp, "corp", person)).Address.AbsolutePath);
        Assert.Equal(2, await fixture.Host.WithDatabaseAsync(db => db.Sessions.CountAsync(s => s.UserId == user.Id)));
        Assert.Contains("Last used", (await elsewhere.OpenAsync("/signin?select=1")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_request_of_the_app_survives_the_way_to_the_provider_and_back()
    {
        var app = Seed.Web(fixture.Issuer);
        var request = app.NewRequest("openid email");
        var browser = fixture.Host.NewBrowser();
        var page = await UpstreamFixture.SignInAsync(
            browser, fixture.Corp, "corp", fixture.NewPerson(), await browser.OpenAsync(request.Address));
        if (page.LeftTo is null) page = await browser.SubmitAsync(page, "/consent", ("decision", "allow"));
        Assert.NotNull(AuthorizationAnswer.Read(request, page).Code);
    }
}

public sealed class UpstreamSignInOnSqlite(UpstreamOnSqlite fixture) : UpstreamSignInTests(fixture), IClassFixture<UpstreamOnSqlite>;

public sealed class UpstreamSignInOnPostgres(UpstreamOnPostgres fixture) : UpstreamSignInTests(fixture), IClassFixture<UpstreamOnPostgres>;
