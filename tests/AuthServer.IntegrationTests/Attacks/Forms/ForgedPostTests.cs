using System.Net;
using AuthServer.Configuration;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Attacks.Forms;

/// <summary>
/// Cross-site request forgery at every form of the hosted pages, which the routes of the running server name: a new one is among them by
/// itself, and where it needs more than its page shows, <see cref="HostedForms"/> has to learn how it is filled in.
/// </summary>
public sealed class ForgedPostTests(EveryPageHost fixture) : IClassFixture<EveryPageHost>
{
    private const string OtherSite = "https://evil.example";

    private readonly FormPost _post = new(fixture);

    [Fact]
    public async Task No_form_does_anything_for_a_post_that_is_forged()
    {
        var actions = fixture.Pages("POST");
        Assert.True(actions.Count > 35, string.Join('\n', actions));
        var stranger = fixture.Host.NewBrowser();
        var anonymous = await stranger.OpenAsync("/signin");
        var intruder = fixture.Host.NewBrowser();
        await intruder.SignInAsync(Seed.Bob);
        var signedIn = await intruder.OpenAsync("/account");
        var faults = new List<string>();
        var forms = new HostedForms(fixture);
        foreach (var action in actions)
        {
            var form = await forms.FillAsync(action);
            var cookies = _post.CookiesOf(form.Browser);
            var isSignedIn = cookies.Keys.Any(name => name.EndsWith("session", StringComparison.Ordinal));
            var other = FilledForm.On(stranger, isSignedIn ? signedIn : anonymous, "/").Fields[_post.TokenField];
            var tossed = new Dictionary<string, string>(cookies)
            {
                [_post.TokenCookie] = _post.CookiesOf(isSignedIn ? intruder : stranger)[_post.TokenCookie],
            };
            await RefuseAsync("no token", With(form, null), FormPost.Header(cookies));
            await RefuseAsync("the token of another person", With(form, other), FormPost.Header(cookies));
            await RefuseAsync("another site, which SameSite leaves no cookie", With(form, other), null);
            // A page of a neighbouring host can plant a cookie in a browser that does not know the prefix __Host-.
            if (isSignedIn) await RefuseAsync("token and cookie of another person", With(form, other), FormPost.Header(tossed));

            var genuine = await _post.SendAsync(action, form.Fields, FormPost.Header(cookies), fixture.Issuer.Origin);
            if (IsRefused(action, genuine)) faults.Add($"{action}: the test proves nothing, its own form is refused: {genuine.Outcome}");

            async Task RefuseAsync(string kind, Dictionary<string, string> fields, string? sent)
            {
                var answer = await _post.SendAsync(action, fields, sent, OtherSite);
                // The cookie of the token may be renewed; any other one, also one that is deleted, is somebody's.
                if (!IsRefused(action, answer) || answer.Writes.Count > 0 || answer.Cookies.Any(name => name != _post.TokenCookie))
                    faults.Add($"{action}, {kind}: {answer.Outcome}");
            }
        }

        Assert.True(faults.Count == 0, string.Join("\n\n", faults));
    }

    /// <summary>Another site may also open a page, with the cookies of a person who is signed in.</summary>
    [Fact]
    public async Task No_page_does_anything_when_it_is_only_opened()
    {
        var owner = fixture.Host.NewBrowser();
        await owner.SignInAsync(Seed.Alice);
        var cookies = FormPost.Header(_post.CookiesOf(owner));
        // Tells that the question was shown, and no more.
        var asked = CookieNames.OfHost(fixture.Host.Services.GetRequiredService<IssuerOptions>(), "passkey-asked");
        var faults = new List<string>();
        foreach (var path in fixture.Pages("GET"))
        {
            foreach (var sent in new[] { cookies, null })
            {
                var answer = await _post.OpenAsync(path, sent);
                var told = answer.Cookies.Where(name => name != _post.TokenCookie && name != asked);
                if (answer.Writes.Count > 0 || told.Any() || (int)answer.Status >= 500)
                    faults.Add($"{path}: {answer.Outcome}");
            }
        }

        Assert.True(faults.Count == 0, string.Join("\n\n", faults));
    }

    [Fact]
    public async Task No_cookie_goes_along_with_a_post_of_another_site()
    {
        using var answer = await fixture.Issuer.Http.GetAsync("/signin");
        var form = await new HostedForms(fixture).FillAsync("/signin");
        using var content = new FormUrlEncodedContent(form.Fields);
        using var signedIn = await form.Browser.Http.PostAsync("/signin", content);
        var set = answer.Headers.GetValues("Set-Cookie").Concat(signedIn.Headers.GetValues("Set-Cookie")).ToList();
        Assert.True(set.Count > 1, string.Join('\n', set));
        Assert.All(set, cookie => Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase));
    }

    private Dictionary<string, string> With(FilledForm form, string? token)
    {
        var fields = new Dictionary<string, string>(form.Fields);
        Assert.True(fields.Remove(_post.TokenField), $"The form of {form.Action} has no token.");
        if (token is not null) fields[_post.TokenField] = token;
        return fields;
    }

    private static bool IsRefused(string action, FormAnswer answer) => action switch
    {
        // The request of the app is asked anew.
        "/consent" => answer.Writes.Count == 0,
        // Whatever becomes of the offer, the person goes on.
        "/signin/passkey/offer" => answer.Status == HttpStatusCode.OK && answer.Writes.Count == 0,
        // Nobody is signed in where no cookie came along.
        "/signout" when answer.Status == HttpStatusCode.OK => answer.Writes.Count == 0,
        _ => answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden
            || (answer.Status == HttpStatusCode.SeeOther && answer.Location?.StartsWith("/signin", StringComparison.Ordinal) == true),
    };
}
