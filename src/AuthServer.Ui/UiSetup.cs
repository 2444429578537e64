using AuthServer.Ui.Layout;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthServer.Ui;

/// <summary>Registers what the pages need; a host that has a brand registers its own <see cref="Branding"/>.</summary>
public static class UiSetup
{
    public static IServiceCollection AddAuthServerUi(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddAntiforgery();
        services.TryAddSingleton(new Branding());
        services.AddSingleton<UiAssets>();
        return services;
    }
}
