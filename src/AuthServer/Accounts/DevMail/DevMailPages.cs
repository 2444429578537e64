using AuthServer.Configuration;
using AuthServer.Email.Transports;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.DevMail;
using Microsoft.Net.Http.Headers;

namespace AuthServer.Accounts.DevMail;

/// <summary>GET /dev/mail: the mails of a server that sends none, in Development alone.</summary>
public static class DevMailPages
{
    // A mail is shown in a frame, with a policy of its own.
    internal const string PagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; font-src 'self'; frame-src 'self'; "
        + "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

    // What a mail may do in a mail program: no script, no form, no frame. A click on a link leaves the frame. The logo of the brand comes
    // from this server, which in Development has an address of http.
    private static string MailPolicyOf(IssuerOptions issuer) =>
        $"default-src 'none'; style-src 'unsafe-inline'; img-src data: https: {issuer.Issuer.GetLeftPart(UriPartial.Authority)}; "
        + "frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox allow-top-navigation-by-user-activation";

    public static void MapDevMailPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(PagePaths.DevMail, List);
        routes.MapGet(PagePaths.DevMail + "/{name}", Show);
        routes.MapGet(PagePaths.DevMail + "/{name}/html", Html);
    }

    private static IResult List(HttpContext http, MailFolder folder) => PageAnswers.Page<DevMailListPage>(http, new DevMailListModel
    {
        Folder = folder.Path,
        Mails = [.. folder.Names().Take(DevMailListModel.Most).Select(name => Line(folder, name)).OfType<DevMailLine>()],
    });

    private static IResult Show(HttpContext http, MailFolder folder, string name)
    {
        if (FiledMail.Read(folder, name) is not { } mail) return Results.NotFound();
        http.Response.Headers.ContentSecurityPolicy = PagePolicy;
        return PageAnswers.Page<DevMailPage>(http, new DevMailModel
        {
            Subject = mail.Subject,
            To = mail.To,
            HtmlAddress = $"{PagePaths.DevMail}/{name}/html",
            Text = mail.Text,
            Headers = mail.Headers,
        });
    }

    private static IResult Html(HttpContext http, MailFolder folder, string name)
    {
        if (FiledMail.Read(folder, name) is not { } mail) return Results.NotFound();
        return InFrame(http, mail.Html);
    }

    /// <summary>The HTML of a mail for the frame of a page.</summary>
    internal static IResult InFrame(HttpContext http, string mail)
    {
        http.Response.Headers.ContentSecurityPolicy = MailPolicyOf(http.RequestServices.GetRequiredService<IssuerOptions>());
        http.Response.Headers[HeaderNames.XFrameOptions] = "SAMEORIGIN";
        var html = mail.Replace("<head>", """<head><base target="_top">""", StringComparison.Ordinal);
        return Results.Content(html, "text/html; charset=utf-8");
    }

    // Null: it was deleted meanwhile.
    private static DevMailLine? Line(MailFolder folder, string name) =>
        FiledMail.Read(folder, name) is { } mail ? new($"{PagePaths.DevMail}/{name}", mail.Subject, mail.To, mail.Date.UtcDateTime) : null;
}
