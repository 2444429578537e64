using AngleSharp.Html.Parser;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Attacks.Forms;

/// <summary>
/// RFC 9700 section 4.11: no page and no form of this server leads a person to an address that the caller chose. Pages and forms are those
/// that the running server names.
/// </summary>
public sealed class OpenRedirectTests(EveryPageHost fixture) : IClassFixture<EveryPageHost>
{
    private const string Evil = "evil.example";

    // Where the pages take an address to go on to.
    private static readonly string[] Parameters = ["returnUrl", "request"];

    private static readonly string[] Hostile =
    [
        $"https://{Evil}", $"//{Evil}/x", $"/\\{Evil}", $"\\\\{Evil}", $"\\/{Evil}", $"///{Evil}", $"https:{Evil}", $"https:/\\{Evil}",
        $"/\t/{Evil}", $" //{Evil}", $"\r\n//{Evil}", $"javascript:location='//{Evil}'", $"data:text/html,{Evil}",
        $"{AuthServerHost.IssuerText}.{Evil}/", $"{AuthServerHost.IssuerText}@{Evil}/", $"{AuthServerHost.IssuerText}/?{Evil}",
        $"/account//{Evil}", $"/account@{Evil}", $"/account/../..//{Evil}", $"/account/%2e%2e//{Evil}", $"/account?x=//{Evil}",
        $"/connect/authorize@{Evil}", $"/connect/authorize/../../{Evil}", $"/connect/authorize#//{Evil}", $"/connect/authorize\\{Evil}",
        $"/connect/authorize?a=b\r\nLocation: https://{Evil}", $"//{Evil}/connect/authorize?client_id=spa", $"/signout?x={Evil}",
        $"/connect/endsession/../{Evil}", $"/connect/endsession\r\nLocation: https://{Evil}",
    ];

    private readonly FormPost _post = new(fixture);

    [Fact]
    public async Task No_page_shows_or_follows_an_address_beyond_this_server()
    {
        var owner = fixture.Host.NewBrowser();
        await owner.SignInAsync(Seed.Alice);
        var cookies = FormPost.Header(_post.CookiesOf(owner));
        var faults = new List<string>();
        foreach (var (index, path) in fixture.Pages("GET").Index())
        {
            foreach (var address in Hostile)
            {
                var query = string.Join('&', Parameters.Select(name => $"{name}={Uri.EscapeDataString(address)}"));
                // Every second page for a person who is signed in, and the other time the other ones: each page meets both.
                var sent = (index + address.Length) % 2 == 0 ? cookies : null;
                var answer = await _post.OpenAsync($"{path}?{query}", sent);
                if (LeadsOut(answer.Location, answer.Body)) faults.Add($"{path}?returnUrl={address}: {answer.Outcome}");
            }
        }

        Assert.True(faults.Count == 0, string.Join("\n\n", faults));
    }

    [Fact]
    public async Task No_form_leads_out_at_the_end_of_its_way()
    {
        var (faults, forms) = (new List<string>(), new HostedForms(fixture));
        foreach (var (index, action) in fixture.Pages("POST").Index())
        {
            var address = Hostile[index % Hostile.Length];
            var form = await forms.FillAsync(action, "?returnUrl=" + Uri.EscapeDataString(address));
            var fields = new Dictionary<string, string>(form.Fields);
            foreach (var name in Parameters.Where(name => name == "returnUrl" || !fields.ContainsKey(name))) fields[name] = address;
            using var content = new FormUrlEncodedContent(fields);
            var end = await form.Browser.FollowAsync(await form.Browser.Http.PostAsync(action, content));
            if (LeadsOut(end.LeftTo?.OriginalString, end.Body) || (int)end.Status >= 500) faults.Add($"{action}, {address}: {end}");
        }

        Assert.True(faults.Count == 0, string.Join("\n\n", faults));
    }

    /// <summary>A request of this server may carry an address that no app has registered.</summary>
    [Fact]
    public async Task A_request_with_a_redirect_uri_of_nobody_ends_here()
    {
        var request = Seed.Spa(fixture.Issuer).NewRequest("openid", [("redirect_uri", $"https://{Evil}/cb")]);
        var browser = fixture.Host.NewBrowser();
        var page = await browser.OpenAsync("/signin?returnUrl=" + Uri.EscapeDataString(request.Address));
        var end = await browser.SignInAsync(Seed.Bob.Email, Seed.Bob.Password, page: page);
        Assert.Null(end.LeftTo);
        Assert.False(LeadsOut(null, end.Body), end.ToString());
    }

    private static bool LeadsOut(string? location, string body) =>
        location?.Contains(Evil, StringComparison.OrdinalIgnoreCase) == true
        || new HtmlParser().ParseDocument(body).All.SelectMany(element => element.Attributes)
            .Any(attribute => attribute.Name is "href" or "action" or "formaction" or "src" or "content" or "value"
                && attribute.Value.Contains(Evil, StringComparison.OrdinalIgnoreCase));
}
