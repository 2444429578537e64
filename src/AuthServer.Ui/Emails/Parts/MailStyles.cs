using System.Globalization;
using AuthServer.Ui.Brand;
using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Emails.Parts;

/// <summary>How a mail looks. Mail programs read few styles, and many of them only those that stand at the element.</summary>
/// <remarks>
/// The colours are those of the pages; the button has that of the brand. Programs that know dark mails take those of the sheet below;
/// others, such as Gmail, turn the light ones around by themselves.
/// </remarks>
internal static class MailStyles
{
    public const string Paper = "#f5f7fb", Sheet = "#ffffff", Ink = "#161b24", Soft = "#525864", Line = "#dee1e7", Wash = "#eef1f7",
        Edge = "#7a808d";

    private const string Font = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;";

    public const string Body = "margin:0;padding:0;width:100%;background-color:" + Paper + ";-webkit-text-size-adjust:100%;"
        + "-ms-text-size-adjust:100%;word-break:break-word;";

    /// <summary>What lists of mails show behind the subject; nobody sees it in the mail itself.</summary>
    public const string Preview = "display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;mso-hide:all;font-size:1px;"
        + "line-height:1px;color:" + Paper + ";";

    public const string Name = Font + "font-size:16px;line-height:24px;font-weight:600;color:" + Ink + ";padding:0 8px 16px;";

    public const string Inside = "background-color:" + Sheet + ";border:1px solid " + Line + ";border-radius:16px;padding:32px 32px 24px;";

    public const string Title = Font + "margin:0 0 16px;font-size:24px;line-height:32px;font-weight:600;color:" + Ink + ";";

    public const string Paragraph = Font + "margin:0 0 16px;font-size:16px;line-height:24px;color:" + Ink + ";";

    public const string Footer = Font + "padding:16px 8px 0;font-size:13px;line-height:20px;color:" + Soft + ";";

    public const string FooterLink = "color:" + Soft + ";text-decoration:underline;";

    public const string Facts = "margin:0 0 16px;border-collapse:separate;background-color:" + Wash + ";border-radius:12px;";

    // Word knows no padding-inline: the sides are those of the language in which the mail is drawn.
    public static string FactName => Font + (IsRightToLeft ? "padding:6px 20px 6px 16px" : "padding:6px 16px 6px 20px")
        + ";font-size:14px;line-height:20px;color:" + Soft + ";white-space:nowrap;vertical-align:top;";

    public static string FactValue => Font + (IsRightToLeft ? "padding:6px 0 6px 20px" : "padding:6px 20px 6px 0")
        + ";font-size:14px;line-height:20px;color:" + Ink + ";vertical-align:top;width:100%;word-break:break-word;";

    public const string Code = "font-family:ui-monospace,SFMono-Regular,Consolas,'Courier New',monospace;padding:20px;"
        + "font-size:32px;line-height:40px;font-weight:600;letter-spacing:6px;text-align:center;color:" + Ink + ";background-color:" + Wash
        + ";border-radius:12px;";

    // The padding is that of the cell: Word, which draws mails in Outlook, gives a link none.
    public static string ButtonCell(MailLook look) => string.Create(
        CultureInfo.InvariantCulture,
        $"background-color:{look.Light.Fill};border:1px solid {look.Light.FillEdge ?? look.Light.Fill};border-radius:{look.Radius}px;"
            + $"padding:11px 24px;text-align:center;");

    // The edge can be seen on a light sheet and on a dark one.
    public static string QuietCell(MailLook look) => string.Create(
        CultureInfo.InvariantCulture, $"border:1px solid {Edge};border-radius:{look.Radius}px;padding:11px 24px;text-align:center;");

    public static string Button(string colour) => Font + $"font-size:16px;line-height:24px;font-weight:600;color:{colour};"
        + "text-decoration:none;display:inline-block;";

    // The fonts are those of the text that stands there until the picture is loaded.
    public const string Logo = Font + "font-size:16px;line-height:32px;font-weight:600;color:" + Ink
        + ";height:32px;width:auto;max-width:240px;border:0;outline:none;text-decoration:none;";

    public const string HiddenLogo = "display:none;mso-hide:all;" + Logo;

    // Word draws both logos otherwise.
    public const string BeginNotWord = "<!--[if !mso]><!-->", EndNotWord = "<!--<![endif]-->";

    public const string Address = Font + "margin:0 0 16px;font-size:13px;line-height:20px;color:" + Soft + ";word-break:break-all;";

    public const string AddressLink = "color:" + Soft + ";text-decoration:underline;";

    private static bool IsRightToLeft => Language.CurrentDirection == "rtl";

    public static string Head(Shades dark) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        <style>
        :root { color-scheme: light dark; supported-color-schemes: light dark; }
        a[x-apple-data-detectors] { color: inherit !important; text-decoration: none !important; }
        @media (max-width: 480px) {
          .inside { padding: 24px 20px 12px !important; }
          .fact-name, .fact-value { display: block !important; width: auto !important; white-space: normal !important;
            padding: 0 20px !important; }
          .fact-name { padding-top: 8px !important; }
        }
        @media (prefers-color-scheme: dark) {
          .paper { background-color: #0d1017 !important; }
          .inside { background-color: #161a22 !important; border-color: #2b303a !important; }
          .ink { color: #ecf0f6 !important; }
          .soft { color: #a8afbb !important; }
          .wash { background-color: #232831 !important; }
          .button { background-color: {{dark.Fill}} !important; border-color: {{dark.FillEdge ?? dark.Fill}} !important; }
          .on-button { color: {{dark.OnFill}} !important; }
          .logo { display: none !important; }
          .logo-dark { display: inline !important; }
        }
        </style>
        <!--[if mso]><style>td, p, h1, a { font-family: 'Segoe UI', Arial, sans-serif !important; }</style><![endif]-->
        """);

    // Word knows no max-width.
    public const string BeginWidth = """<!--[if mso]><table role="presentation" width="560" align="center"><tr><td><![endif]-->""";

    public const string EndWidth = "<!--[if mso]></td></tr></table><![endif]-->";
}
