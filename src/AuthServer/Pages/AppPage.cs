using AuthServer.Clients.Directory;
using AuthServer.Ui.Brand;
using Microsoft.AspNetCore.Http.Features;

namespace AuthServer.Pages;

/// <summary>
/// A page in the look of the app to whose request it returns, if the operator gave the app one. Every page that passes its
/// <c>returnUrl</c> on has it, from the sign-in to the consent.
/// </summary>
internal sealed class AppPage(IResult page) : IResult
{
    private const string ReturnUrl = "returnUrl";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        if (ReturnAddress.ToAuthorization(ReturnUrlOf(httpContext)) is { } returnTo
            && await returnTo.AppAsync(httpContext, services.GetRequiredService<ClientDirectory>()) is { Brand: { } brand })
        {
            services.GetRequiredService<PageLook>().Use(brand);
        }

        await page.ExecuteAsync(httpContext);
    }

    // Of a form that was read: what could not be read has no app.
    private static string? ReturnUrlOf(HttpContext http) =>
        http.Features.Get<IFormFeature>()?.Form is { } form && form.TryGetValue(ReturnUrl, out var posted)
            ? posted.ToString()
            : http.Request.Query[ReturnUrl].ToString();
}
