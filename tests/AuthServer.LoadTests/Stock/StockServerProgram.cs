using System.Security.Claims;
using System.Security.Cryptography;
using AuthServer.LoadTests.Commands;
using AuthServer.LoadTests.Contenders;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.LoadTests.Stock;

/// <summary>serve-stock: a server as the documentation of OpenIddict 7.8 shows it, with its defaults.</summary>
internal static class StockServerProgram
{
    public static async Task<int> RunAsync(CommandLine line)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls($"http://127.0.0.1:{line.Number("port", 5000)}");
        builder.Services.AddDbContext<StockContext>(options => options.UseNpgsql(line.Text("database")).UseOpenIddict());
        builder.Services.AddSingleton<IPasswordHasher<StockUser>, PasswordHasher<StockUser>>();
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();
        builder.Services.AddAuthorization();
        builder.Services.AddOpenIddict()
            .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<StockContext>())
            .AddServer(server =>
            {
                server.SetAuthorizationEndpointUris("connect/authorize").SetTokenEndpointUris("connect/token")
                    .SetUserInfoEndpointUris("connect/userinfo")
                    .SetIntrospectionEndpointUris("connect/introspect").SetRevocationEndpointUris("connect/revoke");
                server.AllowAuthorizationCodeFlow().AllowRefreshTokenFlow().AllowClientCredentialsFlow();
                server.RegisterScopes("profile", "email", Cast.MachineScope);
                // The key size of the documentation's certificates; the ephemeral keys of the library are RSA 4096, which costs six times
                // as much.
                server.AddEncryptionKey(new RsaSecurityKey(RSA.Create(2048))).AddSigningKey(new RsaSecurityKey(RSA.Create(2048)))
                    .DisableAccessTokenEncryption();
                server.UseAspNetCore().EnableAuthorizationEndpointPassthrough().EnableTokenEndpointPassthrough()
                    .EnableUserInfoEndpointPassthrough()
                    .DisableTransportSecurityRequirement();
            })
            .AddValidation(validation =>
            {
                validation.UseLocalServer();
                validation.UseAspNetCore();
            });

        await using var app = builder.Build();
        await StockData.SeedAsync(app.Services);
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapPost("/login", SignInAsync);
        app.MapMethods("/connect/authorize", ["GET", "POST"], StockEndpoints.AuthorizeAsync);
        app.MapPost("/connect/token", StockEndpoints.TokenAsync);
        app.MapGet("/connect/userinfo", StockEndpoints.UserInfoAsync);
        await app.RunAsync();
        return 0;
    }

    private static async Task<IResult> SignInAsync(HttpContext http, StockContext db, IPasswordHasher<StockUser> hasher)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var key = form["email"].ToString().ToUpperInvariant();
        var user = await db.Users.SingleOrDefaultAsync(u => u.NormalizedEmail == key, http.RequestAborted);
        if (user is null
            || hasher.VerifyHashedPassword(user, user.PasswordHash, form["password"].ToString()) == PasswordVerificationResult.Failed)
        {
            return Results.Unauthorized();
        }
        var identity = new ClaimsIdentity(
            [new Claim(ClaimTypes.NameIdentifier, user.Id.ToString())], CookieAuthenticationDefaults.AuthenticationScheme);
        await http.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, new ClaimsPrincipal(identity));
        return Results.Ok();
    }
}
