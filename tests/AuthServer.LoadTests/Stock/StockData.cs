using AuthServer.LoadTests.Contenders;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.LoadTests.Stock;

/// <summary>The cast in the stock server's database.</summary>
internal static class StockData
{
    public static async Task SeedAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<StockContext>();
        await db.Database.EnsureCreatedAsync();
        var hasher = scope.ServiceProvider.GetRequiredService<IPasswordHasher<StockUser>>();
        var hash = hasher.HashPassword(null!, Cast.Password);
        for (var i = 0; i < Cast.People; i++)
        {
            db.Users.Add(
                new() { Id = Guid.CreateVersion7(), Email = Cast.Email(i), NormalizedEmail = Cast.Email(i).ToUpperInvariant(),
                    PasswordHash = hash });
        }
        await db.SaveChangesAsync();

        var scopes = scope.ServiceProvider.GetRequiredService<IOpenIddictScopeManager>();
        await scopes.CreateAsync(new OpenIddictScopeDescriptor { Name = Cast.MachineScope, Resources = { Cast.ResourceServer.Id } });
        var clients = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        await clients.CreateAsync(New(
            Cast.Machine, Permissions.Endpoints.Token, Permissions.GrantTypes.ClientCredentials,
            Permissions.Prefixes.Scope + Cast.MachineScope));
        await clients.CreateAsync(New(Cast.ResourceServer, Permissions.Endpoints.Introspection));
        foreach (var app in new[] { Cast.App, Cast.AppRs256 })
        {
            var descriptor = New(
                app, Permissions.Endpoints.Authorization, Permissions.Endpoints.Token, Permissions.Endpoints.Introspection,
                Permissions.Endpoints.Revocation,
                Permissions.GrantTypes.AuthorizationCode, Permissions.GrantTypes.RefreshToken, Permissions.ResponseTypes.Code,
                Permissions.Scopes.Profile, Permissions.Scopes.Email, Permissions.Prefixes.Scope + Cast.MachineScope);
            descriptor.RedirectUris.Add(new Uri(Cast.RedirectUri));
            descriptor.Requirements.Add(Requirements.Features.ProofKeyForCodeExchange);
            await clients.CreateAsync(descriptor);
        }
    }

    private static OpenIddictApplicationDescriptor New(ClientAccount account, params string[] permissions)
    {
        var descriptor = new OpenIddictApplicationDescriptor { ClientId = account.Id, ClientSecret = account.Secret,
            ClientType = ClientTypes.Confidential, ConsentType = ConsentTypes.Implicit };
        descriptor.Permissions.UnionWith(permissions);
        return descriptor;
    }
}
