using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Attacks.Forms;

/// <summary>
/// What is said of a password while it is typed is what the form says when it is sent: on every page that asks for a new one, of a person
/// with a name, who comes from an app.
/// </summary>
public sealed class PasswordVerdictTests(EveryPageHost fixture) : IClassFixture<EveryPageHost>
{
    private static readonly string[] Passwords =
        [HostedForms.FirstName + "-77!", "Password1!", "Somebody-Elses-App-1", "Example-Test-1", "Vexing-Harbour-42-Sea"];

    private readonly FormPost _post = new(fixture);

    [Fact]
    public async Task Every_page_with_a_new_password_says_while_it_is_typed_what_it_says_when_it_is_sent()
    {
        var from = "?returnUrl=" + Uri.EscapeDataString(Seed.ThirdParty(fixture.Issuer).NewRequest("openid").Address);
        var (pages, forms) = (new List<string>(), new HostedForms(fixture));
        foreach (var action in fixture.Pages("POST").Where(path => path != "/signup/password"))
        {
            if (await FillAsync(forms, action) is null) continue;
            pages.Add(action);
            foreach (var password in Passwords)
            {
                // Another person each time: a password that is taken is that of the account from then on.
                var (form, check) = (await FillAsync(new(fixture), action))!.Value;
                var fields = new Dictionary<string, string>(form.Fields) { ["password"] = password };
                var cookies = FormPost.Header(_post.CookiesOf(form.Browser));
                var live = await _post.SendAsync(check, fields, cookies, fixture.Issuer.Origin);
                var sent = await _post.SendAsync(action, fields, cookies, fixture.Issuer.Origin);
                Assert.True(live.Status is HttpStatusCode.OK or HttpStatusCode.NoContent, $"{action}: {live.Outcome}");
                var refused = sent.Status == HttpStatusCode.UnprocessableEntity;
                Assert.True(refused == (live.Body.Length > 0), $"{action}, {password}: typed '{live.Body}', sent {sent.Outcome}");
                if (refused) Assert.Contains(live.Body, WebUtility.HtmlDecode(sent.Body), StringComparison.Ordinal);
            }
        }

        Assert.Superset(
            new HashSet<string> { "/signup", "/signup/confirm", "/password/reset", "/account/security/password" }, pages.ToHashSet());

        // The form, and where its page asks; null for a page that wants no new password.
        async Task<(FilledForm Form, string Check)?> FillAsync(HostedForms at, string action)
        {
            // The clock stands still: the questions of one address are counted by the minute.
            fixture.Time.Advance(TimeSpan.FromSeconds(2));
            var form = await at.FillAsync(action, from);
            var rules = form.Page.Form(action)?.QuerySelector("#password-rules[data-check]");
            return rules is null ? null : (form, rules.GetAttribute("data-check")!);
        }
    }
}
