namespace AuthServer.Pages;

/// <summary>Marks an answer whose only form goes to an app, at an address that the app registered.</summary>
/// <remarks>
/// Such a page has no CSP directive form-action: Chromium applies it to every redirect after the form post too, and the app may redirect to
/// origins that this server does not know.
/// </remarks>
public sealed class FormToApp
{
    private static readonly FormToApp Mark = new();

    private FormToApp()
    {
    }

    public static void Allow(HttpContext http) => http.Features.Set(Mark);

    public static bool IsAllowed(HttpContext http) => http.Features.Get<FormToApp>() is not null;
}
