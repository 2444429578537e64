using AuthServer.Accounts.DevMail;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Brand;
using AuthServer.Ui.DevMail;
using AuthServer.Ui.Emails;
using AuthServer.Ui.Gallery;
using AuthServer.Ui.Resources;

namespace AuthServer.Accounts.DevGallery;

/// <summary>GET /dev/gallery: every page and mail in every state, in the brand of this server, in Development alone.</summary>
public static class GalleryPages
{
    private const string PagePath = PagePaths.DevGallery + "/page/", MailPath = PagePaths.DevGallery + "/mail/";

    // What the pages post goes to this server, whose forms they are; those that leave at once are to be looked at.
    private const string WithoutScript =
        "default-src 'none'; style-src 'self'; img-src 'self' data: https:; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
        + "form-action 'none'";

    public static void MapGalleryPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(PagePaths.DevGallery, List);
        routes.MapGet(PagePath + "{name}", ShowPage);
        routes.MapGet(MailPath + "{name}", ShowMailAsync);
        routes.MapGet(MailPath + "{name}/html", ShowHtmlAsync);
    }

    private static IResult List(HttpContext http)
    {
        var look = ShownLook.Of(http);
        var languages = http.RequestServices.GetRequiredService<LanguageSet>().All.Select(language => language.Tag);
        var pages = PageStates.All.GroupBy(state => state.Page.Name).OrderBy(group => group.Key, StringComparer.Ordinal);
        return PageAnswers.Page<GalleryPage>(http, new GalleryModel
        {
            Choices =
            [
                Choice("Language", languages.Select(language => (language, look with { Language = language }))),
                Choice("Theme", Enum.GetValues<Theme>().Select(theme => (BrandWords.Of(theme), look with { Theme = theme }))),
                Choice("Direction", ShownLook.Directions.Select(d => (d ?? "of the language", look with { Direction = d }))),
            ],
            Pages = [.. pages.Select(group => new GalleryGroup(group.Key, [.. group.Select(state => Shown(PagePath, state.Name))]))],
            Mails = [.. MailStates.All.Select(state => Shown(MailPath, state.Name))],
        });

        GalleryGroup Choice(string name, IEnumerable<(string Name, ShownLook Look)> choices) =>
            new(name, [.. choices.Select(c => new GalleryLink(c.Name, PagePaths.DevGallery + c.Look.Query, IsCurrent: c.Look == look))]);

        GalleryLink Shown(string path, string name) => new(name, path + name + look.Query);
    }

    private static IResult ShowPage(HttpContext http, string name)
    {
        if (PageStates.All.FirstOrDefault(state => state.Name == name) is not { } state) return Results.NotFound();
        if (state.GoesOn) http.Response.Headers.ContentSecurityPolicy = WithoutScript;
        return new ShownState(state, ShownLook.Of(http));
    }

    private static async Task<IResult> ShowMailAsync(HttpContext http, MailDrawing drawing, string name)
    {
        if (await DrawAsync(http, drawing, name) is not { } mail) return Results.NotFound();
        var look = ShownLook.Of(http);
        http.RequestServices.GetRequiredService<PageLook>().Show(brand: null, look.Theme, look.Direction);
        http.Response.Headers.ContentSecurityPolicy = DevMailPages.PagePolicy;
        return PageAnswers.Page<DevMailPage>(http, new DevMailModel
        {
            Subject = mail.Subject,
            To = "alice@example.org",
            HtmlAddress = $"{MailPath}{name}/html{look.Query}",
            Text = mail.Text,
            Headers = "Subject: " + mail.Subject,
        });
    }

    private static async Task<IResult> ShowHtmlAsync(HttpContext http, MailDrawing drawing, string name) =>
        await DrawAsync(http, drawing, name) is { } mail ? DevMailPages.InFrame(http, mail.Html) : Results.NotFound();

    private static async Task<DrawnMail?> DrawAsync(HttpContext http, MailDrawing drawing, string name) =>
        MailStates.All.FirstOrDefault(state => state.Name == name) is { } state
            ? await drawing.DrawAsync(state.Mail, state.Model, ShownLook.Of(http).Language)
            : null;
}
