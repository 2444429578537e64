using AuthServer.Ui.Brand;
using AuthServer.Ui.Gallery;
using AuthServer.Ui.Resources;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AuthServer.Accounts.DevGallery;

/// <summary>A page of the gallery, in the language and the theme that were asked for.</summary>
internal sealed class ShownState(PageState state, ShownLook look) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var page = httpContext.RequestServices.GetRequiredService<PageLook>();
        page.Show(state.Brand, look.Theme, look.Direction);
        if (state.App is { } app) page.Use(app);
        httpContext.Response.Headers.CacheControl = "no-store";
        return DrawAsync(httpContext);
    }

    private async Task DrawAsync(HttpContext http)
    {
        Language.Use(http.RequestServices.GetRequiredService<LanguageSet>().Find(look.Language));
        await new RazorComponentResult(state.Page, new Dictionary<string, object?> { ["Model"] = state.Model })
        {
            PreventStreamingRendering = true,
        }.ExecuteAsync(http);
    }
}
