using System.Globalization;
using AuthServer.Data.Entities;
using AuthServer.Sessions;
using AuthServer.Ui.Accounts.Continue;
using AuthServer.Ui.Controls;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AuthServer.Pages;

/// <summary>What the pages for people answer with; none of it may be kept by a cache.</summary>
public static class PageAnswers
{
    public static IResult Page<TPage>(HttpContext http, object model, int status = StatusCodes.Status200OK, TimeSpan? retryAfter = null)
        where TPage : IComponent
    {
        http.Response.Headers.CacheControl = "no-store";
        if (retryAfter is { } wait)
        {
            http.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }
        return new AppPage(new RazorComponentResult<TPage>(
            new Dictionary<string, object?> { ["Model"] = model }) { StatusCode = status, PreventStreamingRendering = true });
    }

    /// <summary>
    /// After a form: a page that goes on by itself, because a redirect would bind every later one to the CSP directive form-action.
    /// </summary>
    /// <param name="address">Checked already: one of this server, or one that an app registered.</param>
    public static IResult GoOn(HttpContext http, string address) => Page<ContinuePage>(http, new ContinueModel { Address = address });

    /// <summary>
    /// Not after a form, see <see cref="GoOn"/>. 303: whatever the method was, the next request is a GET, and the form is not sent again.
    /// </summary>
    public static IResult SeeOther(HttpContext http, string address)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.Location = address;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    public static AccountChip Chip(User user)
    {
        var name = BrowserSession.NameOf(user.FirstName, user.LastName);
        return new(name, user.Email!, BrowserSession.InitialsOf(name, user.Email!));
    }

    public static AccountChip? Chip(BrowserSession? session) => session is null ? null : new(session.Name, session.Email, session.Initials);
}
