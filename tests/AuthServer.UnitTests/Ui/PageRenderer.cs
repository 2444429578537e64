using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using AuthServer.Ui;
using AuthServer.Ui.Brand;
using AuthServer.Ui.Controls;
using AuthServer.Ui.Gallery;
using AuthServer.Ui.Layout;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.UnitTests.Ui;

/// <summary>Renders a page as the server does, without a server.</summary>
internal static class PageRenderer
{
    public const string AntiforgeryValue = "antiforgery-value";
    private static readonly UiAssets Assets = new(new Links(""));

    public static async Task<string> HtmlAsync(PageState state)
    {
        var services = new ServiceCollection();
        services.AddSingleton(state.Brand ?? new Branding());
        services.AddSingleton(state.Brand is null ? Assets : new UiAssets(new Links(""), state.Brand));
        services.AddSingleton(new Links(""));
        services.AddSingleton<TimeProvider>(new FakeTimeProvider(AccountPageStates.Now));
        services.AddSingleton(new ThemeCookie("theme", "/", isSecure: false));
        services.AddScoped<PageLook>();
        services.AddSingleton<AntiforgeryStateProvider, FixedToken>();
        await using var provider = services.BuildServiceProvider();
        await using var renderer = new HtmlRenderer(provider, NullLoggerFactory.Instance);
        if (state.App is { } app) provider.GetRequiredService<PageLook>().Use(app);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = ParameterView.FromDictionary(new Dictionary<string, object?> { ["Model"] = state.Model });
            var root = await renderer.RenderComponentAsync(state.Page, parameters);
            return root.ToHtmlString();
        });
    }

    public static async Task<IHtmlDocument> DocumentAsync(PageState state) => new HtmlParser().ParseDocument(await HtmlAsync(state));

    private sealed class FixedToken : AntiforgeryStateProvider
    {
        public override AntiforgeryRequestToken GetAntiforgeryToken() => new(AntiforgeryValue, "__RequestVerificationToken");
    }
}
