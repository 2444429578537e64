using AuthServer.Pages;
using AuthServer.Sessions;
using AuthServer.Ui;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Accounts.MyAccount;

/// <summary>Maps pages and forms that need a person who is signed in; anyone else signs in first, and comes back.</summary>
/// <remarks>The delegates take the request as it is: one with parameters would be bound by reflection at each start.</remarks>
internal static class AccountMapping
{
    private static readonly RequestSizeLimitAttribute FormSize = new(PostedForm.MaxSize);

    /// <param name="path">The page, one of <see cref="PagePaths"/>.</param>
    public static void MapPage(this IEndpointRouteBuilder routes, string path, Func<AccountVisit, Task<IResult>> show) =>
        routes.MapGet(path, async http =>
        {
            var answer = await http.GetBrowserSessionAsync() is { } session ? await show(new(http, session)) : SignIn(http, path);
            await answer.ExecuteAsync(http);
        });

    /// <param name="section">The page with the form, to which a person who has to sign in comes back.</param>
    /// <param name="stale">Shows that page again for a form that is not of this person in this browser.</param>
    public static void MapForm(
        this IEndpointRouteBuilder routes, string path, string section, Func<AccountVisit, PostedForm, Task<IResult>> act,
        Func<AccountVisit, PostedForm, Task<IResult>> stale) =>
        routes.MapPost(path, async http =>
        {
            var form = await PostedForm.ReadAsync(http, http.RequestServices.GetRequiredService<IAntiforgery>());
            var answer = await http.GetBrowserSessionAsync() is not { } session ? SignIn(http, section)
                : form.IsGenuine ? await act(new(http, session), form) : await stale(new(http, session), form);
            await answer.ExecuteAsync(http);
        }).WithMetadata(FormSize);

    private static IResult SignIn(HttpContext http, string path) =>
        PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.SignIn, ReturnAddress.ToAuthorization(path)));
}
