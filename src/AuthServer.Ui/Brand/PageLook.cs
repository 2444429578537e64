using AuthServer.Ui.Layout;
using Microsoft.AspNetCore.Http;

namespace AuthServer.Ui.Brand;

/// <summary>How one answer looks: like the server, or like the app whose request the page belongs to; light or dark.</summary>
public sealed class PageLook(Branding server, ThemeCookie cookie)
{
    private Theme? _shown;

    /// <summary>The brand of the server. Its name is always its own, so that no app can pass for it.</summary>
    public Branding Server { get; private set; } = server;

    /// <summary>The look of the app; null on pages of the server.</summary>
    public AppBrand? App { get; private set; }

    /// <summary>A logo in place of the server's mark and name.</summary>
    internal string? LogoUrl => App?.LogoUrl ?? Server.LogoUrl;

    internal string? LogoDarkUrl => App?.LogoUrl is null ? Server.LogoDarkUrl : App.LogoDarkUrl;

    /// <summary>What the logo says.</summary>
    internal string LogoName => App?.LogoUrl is null ? Server.Name : App.App;

    internal string? HelpUrl => App?.HelpUrl ?? Server.HelpUrl;

    internal string? PrivacyUrl => App?.PrivacyUrl ?? Server.PrivacyUrl;

    internal string? TermsUrl => App?.TermsUrl ?? Server.TermsUrl;

    public void Use(AppBrand app) => App = app;

    /// <summary>ltr or rtl, whatever the language has; null: that of the language.</summary>
    internal string? Direction { get; private set; }

    /// <summary>Another look than that of the request: for the gallery.</summary>
    public void Show(Branding? brand, Theme? theme, string? direction) =>
        (Server, _shown, Direction) = (brand ?? Server, theme, direction);

    internal Theme ThemeOf(HttpContext? http) => _shown ?? (http is null ? Theme.System : cookie.Read(http.Request));
}
