using System.Collections.Concurrent;
using System.Text;
using System.Text.Encodings.Web;
using AuthServer.Ui.Brand;
using AuthServer.Ui.Controls;
using AuthServer.Ui.Layout;
using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Protocol.Errors;

/// <summary>
/// The pages of requests that are turned away because there are too many. They are made once for each language, and without components:
/// whoever is turned away must cost less than whoever is served.
/// </summary>
/// <remarks>
/// In the look of <see cref="ErrorPage"/>. Stylesheet and icon are answered however busy the server is. There is no reference: nothing
/// about a single one of these requests is in the log.
/// </remarks>
public sealed class KeptErrorPages(Branding branding, Links links, UiAssets files)
{
    // A page for each language of the server.
    private readonly ConcurrentDictionary<(string Language, bool Busy), byte[]> _pages = new();

    /// <summary>The server has more requests than it can answer soon (503).</summary>
    public ReadOnlyMemory<byte> Busy => _pages.GetOrAdd(
        (Language.CurrentTag, true), _ => Make(branding, links, files, Texts.ErrorBusy, Texts.ErrorBusyText));

    /// <summary>This caller sends too many (429).</summary>
    public ReadOnlyMemory<byte> TooMany => _pages.GetOrAdd(
        (Language.CurrentTag, false), _ => Make(branding, links, files, Texts.ErrorTooMany, Texts.ErrorTooManyText));

    private static byte[] Make(Branding branding, Links links, UiAssets files, string title, string text)
    {
        var name = Encoded(branding.Name);
        var icon = Encoded(files.IconUrl(branding));
        // A logo stands in the place of mark and name.
        var mark = links.Safe(branding.LogoUrl) is { } light
            ? Logo(light)
            : $"""<img src="{Encoded(files.Url("icon.svg"))}" alt="" height="32"><bdi>{name}</bdi>""";
        var look = new PageLook(branding, new ThemeCookie("", "/", isSecure: false));
        var brand = string.Concat(files.SheetUrls(look).Select(sheet => $"""<link rel="stylesheet" href="{Encoded(sheet)}">"""));
        return Encoding.UTF8.GetBytes(
            $"""
            <!DOCTYPE html>
            <html lang="{Language.CurrentTag}" dir="{Language.CurrentDirection}">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <meta name="color-scheme" content="light dark">
              <meta name="robots" content="noindex">
              <title>{Encoded(Text.Of(Texts.PageTitle, title, branding.Name))}</title>
              <link rel="stylesheet" href="{files.Url("pages.css")}">{brand}
              <link rel="icon" href="{icon}">
            </head>
            <body>
              <main>
                <div class="sheet">
                  <div class="mark">{mark}</div>
                  <h1>{Encoded(title)}</h1>
                  <p class="lede" dir="auto">{Encoded(text)}</p>
                  <div class="stack"><a class="button quiet" href="">{Encoded(Texts.TryAgain)}</a></div>
                </div>
              </main>
            </body>
            </html>
            """);

        string Logo(string light)
        {
            var dark = links.Safe(branding.LogoDarkUrl) is { } url
                ? $"""<source srcset="{Encoded(url)}" media="(prefers-color-scheme: dark)">""" : "";
            return $"""<picture>{dark}<img src="{Encoded(light)}" alt="{name}" height="32"></picture>""";
        }
    }

    private static string Encoded(string text) => HtmlEncoder.Default.Encode(text);
}
