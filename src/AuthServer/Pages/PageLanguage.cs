using AuthServer.Configuration;
using AuthServer.Ui;
using AuthServer.Ui.Resources;

namespace AuthServer.Pages;

/// <summary>
/// Chooses the language of an answer: what the app asks for (<c>ui_locales</c>, OpenID Connect Core 3.1.2.1), what the account has, what
/// the browser prefers, the first language of the server.
/// </summary>
/// <remarks>
/// The language of the account is in a cookie, because most pages are shown before anybody is signed in, and no statement is spent on it.
/// </remarks>
public sealed class PageLanguage(LanguageSet languages, IssuerOptions issuer, TimeProvider time)
{
    // OpenID Connect Core 3.1.2.1: an ordered list, separated by spaces.
    private const string Parameter = "ui_locales";
    private const int MostRanges = 20;

    private readonly string _cookie = CookieNames.OfHost(issuer, "language");

    // Null for plain English, which is what texts are in without a language.
    private readonly Language? _default = languages.Default.IsPlainEnglish ? null : languages.Default;

    /// <summary>For what is answered to this request, also by whoever catches its failure.</summary>
    /// <remarks>The requests of programs say nothing of languages; by default nothing is looked up or allocated for them.</remarks>
    public void UseFor(HttpContext http)
    {
        var language = OfRequest(http.Request) ?? OfBrowser(http.Request) ?? _default;
        if (language is not null && IsForDevelopers(http.Request.Path)) language = null;
        if (language is not null || Language.Current is not null) Language.Use(language);
    }

    /// <summary>A posted page carries the request of the app in a field.</summary>
    public void Follow(HttpContext http, ReturnAddress? returnTo)
    {
        if (OfApp(returnTo?.Asked(http, Parameter)) is { } language) Language.Change(language);
    }

    /// <summary>After a sign-in, and when the account gets another language.</summary>
    /// <param name="locale">The claim; null for none.</param>
    public void Remember(HttpContext http, string? locale)
    {
        if (languages.Find(locale) is { } language)
        {
            http.Response.Cookies.Append(_cookie, language.Tag, CookieNames.OptionsOfHost(issuer, time.GetUtcNow().AddYears(1)));
            Language.Change(language);
        }
        // Another person of the same browser.
        else if (http.Request.Cookies.ContainsKey(_cookie))
        {
            http.Response.Cookies.Delete(_cookie, CookieNames.OptionsOfHost(issuer));
        }
    }

    private Language? OfRequest(HttpRequest request)
    {
        if (request.QueryString.HasValue)
        {
            if (request.Query[Parameter] is [{ } asked] && OfApp(asked) is { } direct) return direct;
            if (request.Query["returnUrl"] is [{ } back]
                && OfApp(ReturnAddress.ToAuthorization(back)?.Asked(request.HttpContext, Parameter)) is { } behind)
            {
                return behind;
            }
        }

        return request.Headers.Cookie.Count > 0 ? languages.Find(request.Cookies[_cookie]) : null;
    }

    private Language? OfApp(string? asked) =>
        asked is null ? null : languages.FindFirst(asked.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(MostRanges));

    // In English, whoever asks.
    private static bool IsForDevelopers(PathString path) =>
        path.StartsWithSegments(PagePaths.Demo) || path.StartsWithSegments(PagePaths.DevMail)
        || path.StartsWithSegments(PagePaths.DevGallery) || path.StartsWithSegments(ApiPaths.Reference);

    // RFC 9110 section 12.5.4
    private Language? OfBrowser(HttpRequest request)
    {
        if (request.Headers.AcceptLanguage.Count == 0) return null;
        var ranges = request.GetTypedHeaders().AcceptLanguage.Take(MostRanges).Where(range => range.Quality is not 0)
            .OrderByDescending(range => range.Quality ?? 1).Select(range => range.Value.ToString());
        return languages.FindFirst(ranges);
    }
}

/// <summary>The middleware that chooses the language.</summary>
public static class PageLanguageUse
{
    public static void UsePageLanguage(this IApplicationBuilder app)
    {
        var language = app.ApplicationServices.GetRequiredService<PageLanguage>();
        app.Use((http, next) =>
        {
            language.UseFor(http);
            return next(http);
        });
    }
}
