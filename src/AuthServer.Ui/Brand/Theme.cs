using Microsoft.AspNetCore.Http;

namespace AuthServer.Ui.Brand;

/// <summary>Whether pages are light or dark.</summary>
public enum Theme
{
    /// <summary>As the system of the person is.</summary>
    System,

    Light,
    Dark,
}

/// <summary>The choice of a person in this browser, which all pages follow, also before a sign-in.</summary>
/// <param name="name">The name of the cookie.</param>
/// <param name="path">Where the browser sends it.</param>
/// <param name="isSecure">Whether it is sent over https alone.</param>
public sealed class ThemeCookie(string name, string path, bool isSecure)
{
    // The longest that browsers keep one.
    private static readonly TimeSpan Age = TimeSpan.FromDays(400);

    public Theme Read(HttpRequest request) => Of(request.Cookies[name]) ?? Theme.System;

    /// <returns>Null for a word that means none.</returns>
    public static Theme? Of(string? word) => word switch
    {
        "system" => Theme.System,
        "light" => Theme.Light,
        "dark" => Theme.Dark,
        _ => null,
    };

    public void Write(HttpResponse response, Theme theme)
    {
        var options = new CookieOptions
        {
            Path = path, Secure = isSecure, HttpOnly = true, SameSite = SameSiteMode.Lax, IsEssential = true, MaxAge = Age,
        };
        if (theme == Theme.System) response.Cookies.Delete(name, options);
        else response.Cookies.Append(name, WordOf(theme)!, options);
    }

    /// <summary>As the cookie, the account and the attribute data-theme of a page say it; null where the system decides.</summary>
    public static string? WordOf(Theme theme) => theme switch
    {
        Theme.Light => "light",
        Theme.Dark => "dark",
        _ => null,
    };
}
