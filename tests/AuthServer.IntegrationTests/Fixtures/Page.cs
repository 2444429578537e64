using System.Net;
using System.Net.Http.Headers;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>Where a browser has arrived: a page of the server, or an address beyond it that it was sent to.</summary>
/// <param name="LeftTo">The address of another site; it was not visited.</param>
public sealed record Page(HttpStatusCode Status, Uri Address, HttpResponseHeaders Headers, string Body, Uri? LeftTo)
{
    private IHtmlDocument? _document;

    public IHtmlDocument Document => _document ??= new HtmlParser().ParseDocument(Body);

    /// <summary>Where the page between a form and the next address goes on.</summary>
    public string? GoesOnTo => Document.QuerySelector("a[data-go-on]")?.GetAttribute("href");

    public bool HasForm(string action) => Form(action) is not null;

    /// <summary>The form that posts to this path, or has a button that does, or the first one.</summary>
    public IHtmlFormElement? Form(string? action = null) =>
        Document.Forms.FirstOrDefault(form => action is null || (form.GetAttribute("action") ?? Address.AbsolutePath) == action
            || form.QuerySelector($"button[formaction='{action}']") is not null);

    public override string ToString() => LeftTo is null ? $"{(int)Status} {Address}\n{Body}" : $"left to {LeftTo}";
}
