using System.Collections.Immutable;
using System.Security.Claims;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.LoadTests.Stock;

/// <summary>The endpoints that the library passes on to the application.</summary>
internal static class StockEndpoints
{
    private const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    public static async Task<IResult> AuthorizeAsync(HttpContext http, StockContext db, IOpenIddictScopeManager scopes)
    {
        var request = http.GetOpenIddictServerRequest()!;
        var session = await http.AuthenticateAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        if (!session.Succeeded) return Results.Challenge(authenticationSchemes: [CookieAuthenticationDefaults.AuthenticationScheme]);
        var id = Guid.Parse(session.Principal.FindFirstValue(ClaimTypes.NameIdentifier)!);
        var user = await db.Users.SingleOrDefaultAsync(u => u.Id == id, http.RequestAborted);
        if (user is null) return Results.Forbid(authenticationSchemes: [Scheme]);
        return await SignInAsync(PersonOf(user), request.GetScopes(), scopes);
    }

    public static async Task<IResult> TokenAsync(HttpContext http, StockContext db, IOpenIddictScopeManager scopes)
    {
        var request = http.GetOpenIddictServerRequest()!;
        if (request.IsClientCredentialsGrantType())
        {
            var machine = new ClaimsIdentity(Scheme, Claims.Name, Claims.Role);
            machine.SetClaim(Claims.Subject, request.ClientId);
            return await SignInAsync(machine, request.GetScopes(), scopes);
        }

        // The code or the refresh token, validated by the library.
        var ticket = await http.AuthenticateAsync(Scheme);
        var id = Guid.Parse(ticket.Principal!.GetClaim(Claims.Subject)!);
        var user = await db.Users.SingleOrDefaultAsync(u => u.Id == id, http.RequestAborted);
        if (user is null) return Results.Forbid(authenticationSchemes: [Scheme]);
        var identity = new ClaimsIdentity(ticket.Principal!.Claims, Scheme, Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, user.Id.ToString()).SetClaim(Claims.Email, user.Email);
        identity.SetDestinations(DestinationsOf);
        return Results.SignIn(new ClaimsPrincipal(identity), authenticationScheme: Scheme);
    }

    public static async Task<IResult> UserInfoAsync(HttpContext http, StockContext db)
    {
        var ticket = await http.AuthenticateAsync(Scheme);
        if (!ticket.Succeeded) return Results.Challenge(authenticationSchemes: [Scheme]);
        var id = Guid.Parse(ticket.Principal.GetClaim(Claims.Subject)!);
        var user = await db.Users.SingleOrDefaultAsync(u => u.Id == id, http.RequestAborted);
        return user is null ? Results.Challenge(authenticationSchemes: [Scheme]) : Results.Json(new Dictionary<string, object>
        {
            [Claims.Subject] = user.Id.ToString(), [Claims.Email] = user.Email, [Claims.EmailVerified] = true,
        });
    }

    private static ClaimsIdentity PersonOf(StockUser user)
    {
        var identity = new ClaimsIdentity(Scheme, Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, user.Id.ToString()).SetClaim(Claims.Email, user.Email).SetClaim(Claims.Name, user.Email);
        return identity;
    }

    private static async Task<IResult> SignInAsync(
        ClaimsIdentity identity, ImmutableArray<string> requested, IOpenIddictScopeManager scopes)
    {
        identity.SetScopes(requested);
        identity.SetResources(await scopes.ListResourcesAsync(requested).ToListAsync());
        identity.SetDestinations(DestinationsOf);
        return Results.SignIn(new ClaimsPrincipal(identity), authenticationScheme: Scheme);
    }

    private static IEnumerable<string> DestinationsOf(Claim claim) => claim.Type is Claims.Name or Claims.Email
        ? [Destinations.AccessToken, Destinations.IdentityToken]
        : [Destinations.AccessToken];
}
