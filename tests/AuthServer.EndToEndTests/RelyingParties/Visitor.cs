using System.Net;
using System.Security.Cryptography.X509Certificates;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace AuthServer.EndToEndTests.RelyingParties;

/// <summary>
/// A person at a browser that draws nothing: it keeps cookies, follows redirects, signs in, allows, and posts the form of form_post.
/// </summary>
internal sealed class Visitor : IDisposable
{
    private const int MostSteps = 25;
    private readonly HttpClient _http;
    private readonly string _issuer, _email, _password;

    /// <param name="root">The authority of the certificates of server and apps.</param>
    public Visitor(string issuer, X509Certificate2 root, string email, string password)
    {
        (_issuer, _email, _password) = (issuer, email, password);
        _http = new(NewHandler(root)) { Timeout = TimeSpan.FromSeconds(90) };
        _http.DefaultRequestHeaders.Add("Accept", "text/html");
    }

    /// <summary>The addresses at the server that this person was sent to, since the last look.</summary>
    public List<Uri> Seen { get; } = [];

    /// <summary>Trusts this authority and no other, and follows no redirect.</summary>
    public static SocketsHttpHandler NewHandler(X509Certificate2 root) => new()
    {
        AllowAutoRedirect = false,
        SslOptions = new()
        {
            CertificateChainPolicy = new()
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { root }, RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    };

    /// <summary>Goes on until it is sent to an app's address, which nobody has to serve.</summary>
    public async Task<Uri> ArriveAsync(string address, string callback) => (await GoAsync(address, callback)).Address;

    /// <summary>Opens an address, and goes on until a page on which nothing is to be signed in at or to be allowed.</summary>
    /// <returns>The address and the text of that page.</returns>
    public Task<(Uri Address, string Text)> OpenAsync(string address) => GoAsync(address, callback: null);

    private async Task<(Uri Address, string Text)> GoAsync(string address, string? callback)
    {
        var answer = await _http.GetAsync(new Uri(address));
        for (var step = 0; step < MostSteps; step++)
        {
            var here = answer.RequestMessage!.RequestUri!;
            if (here.GetLeftPart(UriPartial.Authority) == _issuer) Seen.Add(here);
            if ((int)answer.StatusCode is >= 300 and < 400 && answer.Headers.Location is { } next)
            {
                var to = new Uri(here, next);
                if (callback is not null && to.AbsoluteUri.StartsWith(callback, StringComparison.Ordinal)) return (to, "");
                answer = await _http.GetAsync(to);
                continue;
            }

            var text = await answer.Content.ReadAsStringAsync();
            if (await AnswerAsync(here, text) is not { } after) return (here, text);
            answer = after;
        }

        throw new InvalidOperationException($"Sent round in circles, at last to {answer.RequestMessage!.RequestUri}");
    }

    /// <summary>Signs out at the server.</summary>
    public async Task SignOutAsync()
    {
        var answer = await _http.GetAsync(new Uri(_issuer + "/signout"));
        var form = await ParseAsync(await answer.Content.ReadAsStringAsync());
        using var left = await PostAsync(new(_issuer + "/signout"), form.Forms.Single(f => f.GetAttribute("action") == "/signout"));
        if ((int)left.StatusCode >= 400) throw new InvalidOperationException($"The sign-out was answered with {left.StatusCode}");
    }

    public void Dispose() => _http.Dispose();

    private static Task<IHtmlDocument> ParseAsync(string text) => new HtmlParser().ParseDocumentAsync(text);

    /// <returns>Null: there is nothing to do on the page.</returns>
    private async Task<HttpResponseMessage?> AnswerAsync(Uri here, string text)
    {
        var page = await ParseAsync(text);
        IHtmlFormElement? FormOf(string action) => page.Forms.FirstOrDefault(form => form.GetAttribute("action") == action);
        if (page.QuerySelector("form[data-submit-at-load]") is IHtmlFormElement posted) return await PostAsync(here, posted);
        if (here.GetLeftPart(UriPartial.Authority) != _issuer) return null;
        if (FormOf("/signin") is { } signIn) return await PostAsync(here, signIn, ("email", _email), ("password", _password));
        if (FormOf("/consent") is { } consent) return await PostAsync(here, consent, ("decision", "allow"));
        return page.QuerySelector("a[data-go-on]")?.GetAttribute("href") is { } onward ? Redirect(here, onward) : null;
    }

    /// <summary>The page that goes on by its script counts as a redirect.</summary>
    private static HttpResponseMessage Redirect(Uri here, string onward)
    {
        var answer = new HttpResponseMessage(HttpStatusCode.SeeOther) { RequestMessage = new(HttpMethod.Get, here) };
        answer.Headers.Location = new(onward, UriKind.RelativeOrAbsolute);
        return answer;
    }

    private async Task<HttpResponseMessage> PostAsync(Uri here, IHtmlFormElement form, params (string Name, string Value)[] typed)
    {
        var fields = form.Elements.OfType<IHtmlInputElement>().Where(input => input.Type == "hidden")
            .ToDictionary(input => input.Name!, input => input.Value);
        foreach (var (name, value) in typed) fields[name] = value;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(here, form.GetAttribute("action")!))
        {
            Content = new FormUrlEncodedContent(fields), Headers = { { "Origin", here.GetLeftPart(UriPartial.Authority) } },
        };
        return await _http.SendAsync(request);
    }
}
