// A web app on OpenIddict's client, without a database. The claims of ID token and userinfo are merged.
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using OpenIddict.Abstractions;
using OpenIddict.Client;
using OpenIddict.Client.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

string Setting(string name) => Environment.GetEnvironmentVariable(name)!;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddOpenIddict().AddClient(options =>
{
    options.AllowAuthorizationCodeFlow();
    options.AddEphemeralEncryptionKey().AddEphemeralSigningKey();
    options.DisableTokenStorage();
    // The app itself is on http here.
    options.UseAspNetCore().EnableRedirectionEndpointPassthrough().DisableTransportSecurityRequirement();
    options.UseSystemNetHttp();
    options.AddRegistration(new OpenIddictClientRegistration
    {
        Issuer = new Uri(Setting("ISSUER")),
        ClientId = Setting("CLIENT_ID"),
        ClientSecret = Setting("CLIENT_SECRET"),
        RedirectUri = new Uri("callback", UriKind.Relative),
        Scopes = { Scopes.Profile, Scopes.Email },
    });
});

var app = builder.Build();
app.UseAuthentication();

app.MapGet("/", () => Results.Challenge(
    new AuthenticationProperties { RedirectUri = "/" }, [OpenIddictClientAspNetCoreDefaults.AuthenticationScheme]));

app.MapGet("/callback", async (HttpContext context) =>
{
    var result = await context.AuthenticateAsync(OpenIddictClientAspNetCoreDefaults.AuthenticationScheme);
    return $"Hello {result.Principal!.GetClaim(Claims.Name)} ({result.Principal!.GetClaim(ClaimTypes.Email)})";
});

app.Run(Setting("APP"));
