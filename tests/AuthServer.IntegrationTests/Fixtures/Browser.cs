using System.Net;
using AngleSharp.Html.Dom;
using Microsoft.AspNetCore.Mvc.Testing.Handlers;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>
/// A person's browser: it keeps cookies, follows redirects within the server, and fills in forms as they are on the page.
/// </summary>
public sealed class Browser
{
    private const int MostRedirects = 10;

    private readonly Issuer _issuer;

    public Browser(Issuer issuer)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        _issuer = issuer;
        Http = new HttpClient(new CookieContainerHandler(Cookies) { InnerHandler = issuer.Connect() }) { BaseAddress = issuer.Address };
        Http.DefaultRequestHeaders.Add("Accept", "text/html");
        Http.DefaultRequestHeaders.Add("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Tests");
    }

    public CookieContainer Cookies { get; } = new();

    public HttpClient Http { get; }

    public async Task<Page> OpenAsync(string address) => await FollowAsync(await Http.GetAsync(address));

    /// <param name="action">Where the form, or one of its buttons, posts to.</param>
    /// <param name="values">Typed over what the form holds; a button is pressed by its name and value.</param>
    public async Task<Page> SubmitAsync(Page page, string? action, params (string Name, string Value)[] values)
    {
        ArgumentNullException.ThrowIfNull(page);
        var form = page.Form(action) ?? throw new InvalidOperationException($"There is no form {action} on {page}");
        var fields = FieldsOf(form);
        foreach (var (name, value) in values) fields[name] = value;
        using var content = new FormUrlEncodedContent(fields);
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(page.Address, action ?? form.GetAttribute("action") ?? "")) { Content = content };
        request.Headers.Add("Origin", _issuer.Origin);
        return await FollowAsync(await Http.SendAsync(request));
    }

    /// <summary>Signs in on the sign-in page that is open, or opens it.</summary>
    /// <returns>Where the person lands.</returns>
    public async Task<Page> SignInAsync(string email, string password, bool keep = false, Page? page = null)
    {
        page ??= await OpenAsync(_issuer.PathOf("/signin"));
        (
            string, string)[] typed = [("email", email), ("password", password), .. keep
                ? [("keep", "true")]
                : Array.Empty<(string, string)>()];
        return await SubmitAsync(page, _issuer.PathOf("/signin"), typed);
    }

    public Task<Page> SignInAsync(Person person, bool keep = false) => SignInAsync(person.Email, person.Password, keep);

    /// <summary>Sends the person to the server as the app does, and answers the consent page if there is one.</summary>
    public async Task<AuthorizationAnswer> AuthorizeAsync(
        ClientApp app, string scope = "openid", IEnumerable<(string Name, string? Value)>? extra = null, bool allow = true)
    {
        ArgumentNullException.ThrowIfNull(app);
        var request = app.NewRequest(scope, extra);
        var page = await OpenAsync(request.Address);
        if (page.LeftTo is null && page.HasForm(_issuer.PathOf("/consent")))
        {
            page = await SubmitAsync(page, _issuer.PathOf("/consent"), ("decision", allow ? "allow" : "deny"));
        }
        return AuthorizationAnswer.Read(request, page);
    }

    /// <summary>Follows redirects, and pages that go on by themselves, within the server to the page they end on.</summary>
    public async Task<Page> FollowAsync(HttpResponseMessage answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        for (var i = 0; ; i++)
        {
            var address = answer.RequestMessage!.RequestUri!;
            var body = await answer.Content.ReadAsStringAsync();
            var arrived = new Page(answer.StatusCode, address, answer.Headers, body, null);
            var redirected = (int)answer.StatusCode is >= 300 and < 400 ? answer.Headers.Location : null;
            if ((redirected?.OriginalString ?? arrived.GoesOnTo) is not { } location) return arrived;
            var next = new Uri(address, location);
            if (next.GetLeftPart(UriPartial.Authority) != _issuer.Origin)
            {
                return new Page(answer.StatusCode, address, answer.Headers, body, next);
            }
            if (i == MostRedirects) throw new InvalidOperationException($"Redirected without end, at last to {next}");
            answer.Dispose();
            answer = await Http.GetAsync(next);
        }
    }

    /// <summary>What the form sends before anybody types.</summary>
    public static Dictionary<string, string> FieldsOf(IHtmlFormElement form)
    {
        ArgumentNullException.ThrowIfNull(form);
        var fields = new Dictionary<string, string>();
        foreach (var input in form.Elements.OfType<IHtmlInputElement>().Where(i => !string.IsNullOrEmpty(i.Name)))
        {
            if (input.Type is "submit" or "button" || (input.Type is "checkbox" or "radio" && !input.IsChecked)) continue;
            fields[input.Name!] = input.Value;
        }

        return fields;
    }
}
