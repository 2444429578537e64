using AuthServer.Ui.Brand;
using AuthServer.Ui.Controls;
using AuthServer.Ui.Emails;
using AuthServer.Ui.Layout;
using AuthServer.Ui.Protocol.Errors;
using AuthServer.Ui.Resources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthServer.Ui;

/// <summary>Registers what the pages need; a host that has a brand registers its own <see cref="Branding"/>, and its
/// languages.</summary>
public static class UiSetup
{
    /// <param name="basePath">Stands before every address of the pages, such as /auth; empty where the host is theirs alone.</param>
    public static IServiceCollection AddAuthServerUi(this IServiceCollection services, string basePath = "")
    {
        services.AddRazorComponents();
        services.AddAntiforgery();
        services.TryAddSingleton(new Branding());
        services.TryAddSingleton(_ => LanguageFiles.Read(null));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new Links(basePath));
        services.AddSingleton<UiAssets>();
        services.TryAddSingleton(new ThemeCookie("theme", "/", isSecure: false));
        services.AddScoped<PageLook>();
        services.AddSingleton<KeptErrorPages>();
        services.AddSingleton<MailDrawing>();
        return services;
    }
}
