using AuthServer.Clients.Directory;
using AuthServer.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using OpenIddict.EntityFrameworkCore;

namespace AuthServer.Clients.OpenIddict;

/// <summary>Gives the OpenID Connect library its clients from the directory, so that a request costs no statement for them.</summary>
public sealed class CachedClientStore(
    IMemoryCache cache, IOpenIddictEntityFrameworkCoreContext context, IOptionsMonitor<OpenIddictEntityFrameworkCoreOptions> options,
    ClientDirectory directory, ClientOrigins origins)
    : OpenIddictEntityFrameworkCoreApplicationStore<Client, Authorization, Token, Guid>(cache, context, options)
{
    public override async ValueTask<Client?> FindByClientIdAsync(string identifier, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(identifier);
        var db = await Context.GetDbContextAsync(cancellationToken);
        if (Tracked(db, identifier) is { } tracked) return tracked;
        if (await directory.NewEntityAsync(identifier, cancellationToken) is not { } client) return null;
        // Because other code of this scope may have loaded the row during the wait, and a context tracks one instance per row.
        if (Tracked(db, identifier) is { } meanwhile) return meanwhile;
        // Attached, the entity also answers OpenIddict's later look-ups by key (foreign keys of codes and consents).
        db.Attach(client);
        return client;
    }

    public override async ValueTask CreateAsync(Client application, CancellationToken cancellationToken)
    {
        await base.CreateAsync(application, cancellationToken);
        Forget(application);
    }

    public override async ValueTask UpdateAsync(Client application, CancellationToken cancellationToken)
    {
        await base.UpdateAsync(application, cancellationToken);
        Forget(application);
    }

    public override async ValueTask DeleteAsync(Client application, CancellationToken cancellationToken)
    {
        await base.DeleteAsync(application, cancellationToken);
        Forget(application);
    }

    private static Client? Tracked(DbContext db, string clientId) =>
        db.Set<Client>().Local.FirstOrDefault(c => string.Equals(c.ClientId, clientId, StringComparison.Ordinal));

    private void Forget(Client application)
    {
        directory.Forget(application.ClientId!);
        origins.Forget();
    }
}
