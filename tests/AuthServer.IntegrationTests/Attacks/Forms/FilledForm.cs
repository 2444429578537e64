using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AuthServer.IntegrationTests.Attacks.Forms;

/// <summary>A form as its page shows it, filled in so that it does what it is for.</summary>
internal sealed record FilledForm(Browser Browser, Page Page, string Action, IReadOnlyDictionary<string, string> Fields)
{
    public static FilledForm On(Browser browser, Page page, string action, params (string Name, string Value)[] typed)
    {
        // What a script posts has no form of its own, and takes the token of the page.
        var form = page.Form(action) ?? page.Form();
        Assert.True(form is not null, $"There is no form for {action} on {page}");
        var fields = Browser.FieldsOf(form);
        foreach (var (name, value) in typed) fields[name] = value;
        return new(browser, page, action, fields);
    }
}

/// <summary>What came of a posted form.</summary>
/// <param name="Writes">The statements that changed the database.</param>
/// <param name="Cookies">The names of the cookies that the answer sets or deletes.</param>
internal sealed record FormAnswer(
    HttpStatusCode Status, string? Location, string Body, IReadOnlyList<string> Writes, IReadOnlyList<string> Cookies)
{
    public string Outcome => $"{(int)Status} {Location} {string.Join(", ", Cookies)}\n{string.Join("\n", Writes)}";
}

/// <summary>Posts forms, genuine ones and forged ones, and sees what they do.</summary>
internal sealed class FormPost(HostFixture fixture)
{
    private AntiforgeryOptions Options => fixture.Host.Services.GetRequiredService<IOptions<AntiforgeryOptions>>().Value;

    /// <summary>The field that shows that the form is of this server's page.</summary>
    public string TokenField => Options.FormFieldName;

    /// <summary>The cookie that belongs to it.</summary>
    public string TokenCookie => Options.Cookie.Name!;

    /// <param name="cookies">The header; null: as another site posts, where SameSite keeps all of them back.</param>
    public async Task<FormAnswer> SendAsync(string action, IReadOnlyDictionary<string, string> fields, string? cookies, string origin)
    {
        using var content = new FormUrlEncodedContent(fields);
        using var request = new HttpRequestMessage(HttpMethod.Post, action) { Content = content };
        request.Headers.Add("Origin", origin);
        return await SendAsync(request, cookies);
    }

    /// <param name="cookies">The header; null: none.</param>
    public async Task<FormAnswer> OpenAsync(string path, string? cookies)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendAsync(request, cookies);
    }

    private async Task<FormAnswer> SendAsync(HttpRequestMessage request, string? cookies)
    {
        request.Headers.Add("Accept", "text/html");
        if (cookies is not null) request.Headers.Add("Cookie", cookies);
        HttpResponseMessage? answer = null;
        var record = await fixture.Host.Sql.MeasureAsync(async () => answer = await fixture.Issuer.Http.SendAsync(request));
        using var received = answer!;
        return new(
            received.StatusCode, received.Headers.Location?.OriginalString, await received.Content.ReadAsStringAsync(),
            [.. record.Statements.Where(Changes)],
            [.. received.Headers.TryGetValues("Set-Cookie", out var set) ? set.Select(cookie => cookie.Split('=')[0]) : []]);
    }

    public Dictionary<string, string> CookiesOf(Browser browser) =>
        browser.Cookies.GetCookies(fixture.Issuer.Address).ToDictionary(cookie => cookie.Name, cookie => cookie.Value);

    public static string Header(IReadOnlyDictionary<string, string> cookies) =>
        string.Join("; ", cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));

    private static bool Changes(string statement) =>
        !statement.StartsWith("SELECT", StringComparison.OrdinalIgnoreCase)
        && !statement.StartsWith("PRAGMA", StringComparison.OrdinalIgnoreCase);
}
