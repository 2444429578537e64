using AuthServer.Accounts;
using AuthServer.Api;
using AuthServer.Hosting.Browsers;
using AuthServer.Hosting.Failures;
using AuthServer.Hosting.Limits;
using AuthServer.Hosting.Listening;
using AuthServer.Hosting.Probes;
using AuthServer.Hosting.Stopping;
using AuthServer.Pages;
using AuthServer.Protocol;
using AuthServer.Protocol.Plain;
using AuthServer.Ui;

namespace AuthServer.Hosting;

/// <summary>The order of the middleware, with the reason for each place.</summary>
public static class Pipeline
{
    public static void UsePipeline(this WebApplication app)
    {
        // Before everything that may answer.
        app.UseDraining();
        // While the sender is still the proxy.
        app.UseForwardedCertificates();
        // Everything below sees the caller's own address and scheme.
        app.UseReverseProxy();
        // Before anything looks at the method.
        app.UseHeadRequests();
        // Before anything looks at the path.
        app.UseBasePath();
        app.UseDoubledSlashes();
        // As soon as the path is what it will be: whoever answers, figures and traces have the route.
        app.UseRequestNames();
        // Above all that can fail, and set when the answer starts, so that error answers have them too.
        app.UseSecurityHeaders();
        // The same.
        app.UseInteractionIds();
        // Above what answers failures, so that their pages are in the language of the person.
        app.UsePageLanguage();
        app.UseExceptionHandler();
        app.UseStatusCodePages(context => Errors.FillEmptyAsync(context.HttpContext));
        // Before anything costly; below what gives its refusals their headers.
        app.UseFloodLimit();
        app.UseQueryLimit();
        // Below what knows the caller's own address, above all that looks clients up.
        app.UseAskingAddresses();
        // Before anything reads a credential that came in the clear.
        app.UseIssuerAddress();
        // They need nothing else of what follows; a page of another origin needs CORS, and gets its answer below.
        app.UseKeptDocuments(around: making => making.UseRequestTimeout());
        // Routing answers health and assets itself: they need none of what follows.
        app.UseRouting();
        // Around everything that asks the database.
        app.UseRequestTimeout();
        // Before authentication: a preflight carries no credentials, and OpenIddict answers inside authentication.
        app.UseCors();
        // Below CORS, so that browser apps can read that they are to come back; above everything costly.
        app.UseAdmission();
        app.UsePlainRequests();
        // Above everything that reads forms; the direct answers read theirs themselves.
        app.UseFormReading();
        app.UseAuthentication();
        // After the token is known, before its rights are judged: a refused call counts too.
        app.UseApiBudget();
        app.UseAuthorization();

        app.MapHealth();
        app.MapProtocol();
        app.MapApi();
        app.MapAccounts();
        app.MapUiAssets();
    }
}
