using AuthServer.Accounts.Demo;
using AuthServer.Accounts.DevGallery;
using AuthServer.Accounts.DevMail;
using AuthServer.Accounts.Home;
using AuthServer.Accounts.Mailboxes;
using AuthServer.Accounts.MyAccount;
using AuthServer.Accounts.Passkeys;
using AuthServer.Accounts.Pictures;
using AuthServer.Accounts.Recovery;
using AuthServer.Accounts.Registration;
using AuthServer.Accounts.SecondFactors;
using AuthServer.Accounts.SignIn;
using AuthServer.Accounts.SignOut;
using AuthServer.Accounts.Upstream;
using AuthServer.Pages;
using AuthServer.Users.Providers;
using AuthServer.Users.SecondFactors;
using AuthServer.Users.SignIn;

namespace AuthServer.Accounts;

/// <summary>The hosted pages for people.</summary>
public static class AccountsRoutes
{
    /// <summary>Registers the opening of the browser session, the second step before it, and what the demo needs.</summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddSingleton<SignedOutApps>();
        services.AddScoped<BrowserSignIn>();
        services.AddSingleton<PasskeyOfferCookie>();
        services.AddSingleton<PasskeyOffer>();
        services.AddSingleton<FirstStepCookie>();
        services.AddSingleton<RememberedDeviceCookie>();
        services.AddSingleton<LastWayCookie>();
        services.AddSingleton<ConnectionCookie>();
        services.AddScoped<SecondStepPeople>();
        services.AddScoped<SetUpModels>();
        services.AddScoped<FactorModels>();
        services.AddScoped<MailedCode>();
        services.AddScoped<NewPasswordModels>();
        services.AddSingleton<EmailSignInCookie>();
        services.AddScoped<EmailSignInEnd>();
        services.AddScoped<EmailProofs>();
        services.AddScoped<NewAddress>();
        services.AddSingleton<ResetReturnCookie>();
        services.AddSingleton<DemoAttempts>();
        services.AddSingleton<DemoExchange>();
        return services;
    }

    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        routes.MapHomePages();
        routes.MapSignInPages();
        routes.MapKeepAccountPages();
        var methods = routes.ServiceProvider.GetRequiredService<SignInMethodOptions>();
        if (methods.Email) routes.MapEmailSignIn();
        if (routes.ServiceProvider.GetRequiredService<SecondFactorOptions>().IsOn)
        {
            routes.MapSecondStepPages();
            routes.MapMailedFactor();
            routes.MapSetUpPages();
            routes.MapFactorPages();
            routes.MapSecondStepPasskey();
        }

        routes.MapPasskeySignIn();
        routes.MapPasskeyOffer();
        if (routes.ServiceProvider.GetRequiredService<UpstreamProviders>().All.Count > 0)
        {
            routes.MapUpstreamPages();
            routes.MapConnectPages();
        }

        routes.MapRegistrationPages();
        routes.MapConfirmAccountPages();
        routes.MapPasskeyAccountPages();
        if (methods.Password)
        {
            routes.MapForgottenPasswordPages();
            routes.MapNewPasswordPages();
        }

        routes.MapNotMePages();
        routes.MapConfirmEmailPages();
        routes.MapEmailLinkPages();
        routes.MapUndoEmailPages();
        routes.MapSignOutPages();
        routes.MapMyAccount();
        routes.MapPictureFiles();
        if (!routes.ServiceProvider.GetRequiredService<IHostEnvironment>().IsDevelopment()) return;
        routes.MapDemoPages();
        routes.MapDevMailPages();
        routes.MapGalleryPages();
    }
}
