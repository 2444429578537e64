using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Users.Mailboxes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Attacks;

/// <summary>Attacks on sign-in by other providers (RFC 9700 sections 4.4, 4.5, 4.7, 4.11).</summary>
public abstract class UpstreamAttackTests(UpstreamFixture fixture)
{
    [Fact]
    public async Task An_answer_counts_only_in_the_browser_that_was_sent()
    {
        var answer = fixture.Corp.Approve(
            await UpstreamFixture.GoAsync(fixture.Host.NewBrowser(), "corp"), fixture.NewPerson());
        var victim = fixture.Host.NewBrowser();
        await RefusedAsync(victim, answer);
    }

    [Fact]
    public async Task An_answer_counts_once()
    {
        var browser = fixture.Host.NewBrowser();
        var answer = fixture.Corp.Approve(await UpstreamFixture.GoAsync(browser, "corp"), fixture.NewPerson());
        Assert.Equal(HttpStatusCode.OK, (await browser.OpenAsync(answer)).Status);
        var replayed = await browser.OpenAsync(answer);
        Assert.Equal(HttpStatusCode.BadRequest, replayed.Status);
    }

    [Fact]
    public async Task An_answer_of_one_provider_is_none_of_another()
    {
        // Mix-up, RFC 9700 section 4.4: the code of the honest provider is to be sent to the other one.
        var browser = fixture.Host.NewBrowser();
        var before = fixture.Shop.Redeemed;
        var request = await UpstreamFixture.GoAsync(browser, "shop");
        await RefusedAsync(browser, fixture.Shop.Approve(
            request, fixture.NewPerson(), response: (_, answer) => With(answer, "iss", fixture.Corp.Issuer)));

        request = await UpstreamFixture.GoAsync(browser, "shop");
        await RefusedAsync(browser, fixture.Shop.Approve(
            request, fixture.NewPerson(), response: (_, answer) => With(answer, "iss", null)));

        request = await UpstreamFixture.GoAsync(browser, "shop");
        var moved = fixture.Shop.Approve(request, fixture.NewPerson())
            .Replace("/signin/with/shop", "/signin/with/corp", StringComparison.Ordinal);
        await RefusedAsync(browser, moved);
        Assert.Equal(before, fixture.Shop.Redeemed);
    }

    [Fact]
    public async Task A_code_of_another_sign_in_is_refused()
    {
        // Code injection, RFC 9700 section 4.5: the browser of the attacker brings the code of the victim.
        var victim = fixture.Corp.Approve(
            await UpstreamFixture.GoAsync(fixture.Host.NewBrowser(), "corp"), fixture.NewPerson());
        var stolen = QueryHelpers.ParseQuery(victim.Split('?')[1])["code"].ToString();
        var attacker = fixture.Host.NewBrowser();
        var before = fixture.Corp.Redeemed;
        await RefusedAsync(attacker, fixture.Corp.Approve(
            await UpstreamFixture.GoAsync(attacker, "corp"), fixture.NewPerson(), response: (_, answer) => With(answer, "code", stolen)));
        Assert.Equal(before, fixture.Corp.Redeemed);
    }

    [Fact]
    public async Task An_id_token_that_was_not_made_for_this_sign_in_is_refused()
    {
        foreach (var (name, value) in new (string, object?)[]
        {
            ("nonce", "another"), ("nonce", null), ("aud", "another"), ("aud", null), ("iss", "https://evil.example"), ("iss", null),
            ("exp", 1_700_000_000), ("exp", null), ("sub", null), ("sub", ""), ("sub", new string('s', 300)), ("azp", "another"),
        })
        {
            var browser = fixture.Host.NewBrowser();
            await RefusedAsync(
                browser,
                fixture.Corp.Approve(await UpstreamFixture.GoAsync(browser, "corp"), fixture.NewPerson(), claims =>
                {
                    claims.Remove(name);
                    if (value is not null) claims[name] = value;
                }),
                $"{name}={value}");
        }
    }

    [Fact]
    public async Task An_address_leads_into_no_account_verified_or_not()
    {
        foreach (var (server, name, verified) in new[]
        {
            (fixture.Shop, "shop", false), (fixture.Shop, "shop", true), (fixture.Corp, "corp", false), (fixture.Corp, "corp", true),
        })
        {
            var browser = fixture.Host.NewBrowser();
            var page = await UpstreamFixture.SignInAsync(browser, server, name, fixture.NewPerson(Seed.Alice.Email, verified));
            var isVouchedFor = verified && name == "corp";
            Assert.Equal(isVouchedFor ? HttpStatusCode.OK : HttpStatusCode.UnprocessableEntity, page.Status);
            Assert.Contains(
                isVouchedFor ? "There is an account with this address already" : "did not confirm your email address", page.Body,
                StringComparison.OrdinalIgnoreCase);
            Assert.Equal("/signin", (await browser.OpenAsync("/account")).Address.AbsolutePath);
            // The question comes after the sign-in alone, and not for an address that somebody may have typed.
            Assert.False((await browser.OpenAsync("/signin/connect")).HasForm("/signin/connect"));
        }

        Assert.False(await fixture.Host.WithDatabaseAsync(
            db => db.UserLogins.AnyAsync(l => db.Users.Any(u => u.Id == l.UserId && u.Email == Seed.Alice.Email))));
    }

    [Fact]
    public async Task An_address_that_a_provider_does_not_vouch_for_is_not_confirmed()
    {
        foreach (var (server, name, verified) in new[] { (fixture.Shop, "shop", true), (fixture.Corp, "corp", false) })
        {
            var person = fixture.NewPerson(verified: verified);
            await UpstreamFixture.SignInAsync(fixture.Host.NewBrowser(), server, name, person);
            var email = (string)person["email"];
            Assert.False((await fixture.Host.WithDatabaseAsync(db => db.Users.SingleAsync(u => u.Email == email))).EmailConfirmed);
        }
    }

    [Fact]
    public async Task The_same_subject_at_another_provider_is_another_person()
    {
        var person = fixture.NewPerson();
        await UpstreamFixture.SignInAsync(fixture.Host.NewBrowser(), fixture.Corp, "corp", person);
        var impostor = fixture.NewPerson();
        impostor["sub"] = person["sub"];
        await UpstreamFixture.SignInAsync(fixture.Host.NewBrowser(), fixture.Shop, "shop", impostor);
        var subject = (string)person["sub"];
        var owners = await fixture.Host.WithDatabaseAsync(
            db => db.UserLogins.Where(l => l.ProviderKey == subject).Select(l => l.UserId).ToListAsync());
        Assert.Equal(2, owners.Distinct().Count());
    }

    [Fact]
    public async Task The_way_back_leads_nowhere_but_to_this_server()
    {
        foreach (var target in new[]
        {
            "https://evil.example/", "//evil.example", "/\\evil.example", "/signin/connect?returnUrl=//evil.example",
        })
        {
            var browser = fixture.Host.NewBrowser();
            var page = await browser.OpenAsync("/signin");
            var left = await browser.SubmitAsync(page, "/signin/with", ("provider", "corp"), ("returnUrl", target));
            var landed = await browser.OpenAsync(fixture.Corp.Approve(left.LeftTo, fixture.NewPerson()));
            Assert.Equal("/", landed.Address.AbsolutePath);
        }
    }

    [Fact]
    public async Task A_forged_form_sends_nobody_away()
    {
        var browser = fixture.Host.NewBrowser();
        using var form = new FormUrlEncodedContent([new("provider", "corp")]);
        using var answer = await browser.Http.PostAsync("/signin/with", form);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        // Nor does an address, unless an app asks for it.
        Assert.Null((await browser.OpenAsync("/signin/with?provider=corp")).LeftTo);
        Assert.Null((await browser.OpenAsync("/signin/with?returnUrl=%2Faccount%3Fidentity-provider%3Dcorp")).LeftTo);
    }

    [Fact]
    public async Task Of_many_first_sign_ins_of_one_person_at_once_one_makes_the_account()
    {
        var person = fixture.NewPerson();
        var visits = new List<(Browser Browser, string Answer)>();
        for (var i = 0; i < 8; i++)
        {
            var browser = fixture.Host.NewBrowser();
            visits.Add((browser, fixture.Corp.Approve(await UpstreamFixture.GoAsync(browser, "corp"), person)));
        }

        var pages = await Task.WhenAll(visits.Select(visit => visit.Browser.OpenAsync(visit.Answer)));
        Assert.All(pages, page => Assert.Equal("/", page.Address.AbsolutePath));
        var email = (string)person["email"];
        var user = await fixture.Host.WithDatabaseAsync(db => db.Users.SingleAsync(u => u.Email == email));
        Assert.Equal(1, await fixture.Host.WithDatabaseAsync(db => db.UserLogins.CountAsync(l => l.UserId == user.Id)));
        Assert.Equal(8, await fixture.Host.WithDatabaseAsync(db => db.Sessions.CountAsync(s => s.UserId == user.Id)));
    }

    [Fact]
    public async Task A_page_of_another_site_that_leads_to_a_provider_replaces_no_session_and_makes_no_account()
    {
        var app = Seed.Web(fixture.Issuer);
        var person = fixture.NewPerson();
        var request = app.NewRequest("openid", [("identity_provider", "corp")]);
        var start = "/signin/with?returnUrl=" + Uri.EscapeDataString(new Uri(fixture.Issuer.Address, request.Address).PathAndQuery);
        var browser = fixture.Host.NewBrowser();
        var left = await browser.OpenAsync(start);
        var page = await browser.OpenAsync(fixture.Corp.Approve(left.LeftTo, person));
        Assert.Equal("/signin", page.Address.AbsolutePath);
        var email = (string)person["email"];
        Assert.False(await fixture.Host.WithDatabaseAsync(db => db.Users.AnyAsync(u => u.Email == email)));

        // The answer comes when another person has signed in.
        left = await browser.OpenAsync(start);
        await UpstreamFixture.SignInAsync(fixture.Host.NewBrowser(), fixture.Corp, "corp", person);
        await browser.SignInAsync(Seed.Bob.Email, Seed.Bob.Password, page: await browser.OpenAsync("/signin?select=1"));
        await browser.OpenAsync(fixture.Corp.Approve(left.LeftTo, person));
        Assert.Contains("Bob", (await browser.OpenAsync("/account")).Body, StringComparison.Ordinal);
        Assert.Null((await browser.OpenAsync("/signin/with?returnUrl=%2Faccount")).LeftTo);
    }

    [Fact]
    public async Task What_was_connected_before_the_mailbox_was_proven_opens_nothing_afterwards()
    {
        var person = fixture.NewPerson(verified: false);
        await UpstreamFixture.SignInAsync(fixture.Host.NewBrowser(), fixture.Corp, "corp", person);
        var email = (string)person["email"];
        await fixture.Host.WithDatabaseAsync(async db =>
        {
            using var scope = fixture.Host.Services.CreateScope();
            var id = (await db.Users.SingleAsync(u => u.Email == email)).Id;
            return await scope.ServiceProvider.GetRequiredService<UnprovenAccess>().RemoveAsync(id);
        });
        var browser = fixture.Host.NewBrowser();
        var page = await UpstreamFixture.SignInAsync(browser, fixture.Corp, "corp", person);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Equal("/signin", (await browser.OpenAsync("/account")).Address.AbsolutePath);
    }

    [Fact]
    public async Task A_disabled_account_stays_shut()
    {
        var person = fixture.NewPerson();
        await UpstreamFixture.SignInAsync(fixture.Host.NewBrowser(), fixture.Corp, "corp", person);
        var email = (string)person["email"];
        await fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == email)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.DisabledAt, fixture.Host.Now.UtcDateTime)));
        var browser = fixture.Host.NewBrowser();
        var page = await UpstreamFixture.SignInAsync(browser, fixture.Corp, "corp", person);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Equal("/signin", (await browser.OpenAsync("/account")).Address.AbsolutePath);
    }

    private static IDictionary<string, string?> With(IDictionary<string, string?> answer, string name, string? value)
    {
        answer[name] = value;
        return answer;
    }

    private static async Task RefusedAsync(Browser browser, string answer, string? lie = null)
    {
        var page = await browser.OpenAsync(answer);
        Assert.True(page.Status == HttpStatusCode.BadRequest, $"{lie}: {page}");
        Assert.Contains("Sign in another way", page.Body, StringComparison.Ordinal);
        Assert.Equal("/signin", (await browser.OpenAsync("/account")).Address.AbsolutePath);
    }
}

public sealed class UpstreamAttacksOnSqlite(UpstreamOnSqlite fixture) : UpstreamAttackTests(fixture), IClassFixture<UpstreamOnSqlite>;

public sealed class UpstreamAttacksOnPostgres(UpstreamOnPostgres fixture) : UpstreamAttackTests(fixture), IClassFixture<UpstreamOnPostgres>;
