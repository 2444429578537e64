using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using AuthServer.Clients.Directory;
using AuthServer.Data.Entities;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using OpenIddict.EntityFrameworkCore;

namespace AuthServer.Clients.OpenIddict;

/// <summary>Gives the OpenID Connect library its scopes from the directory.</summary>
public sealed class CachedScopeStore(
    IMemoryCache cache, IOpenIddictEntityFrameworkCoreContext context, IOptionsMonitor<OpenIddictEntityFrameworkCoreOptions> options,
    ScopeDirectory directory)
    : OpenIddictEntityFrameworkCoreScopeStore<Scope, Guid>(cache, context, options)
{
    public override async ValueTask<Scope?> FindByNameAsync(string name, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        await foreach (var scope in FindByNamesAsync([name], cancellationToken)) return scope;
        return null;
    }

    public override async IAsyncEnumerable<Scope> FindByNamesAsync(
        ImmutableArray<string> names, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var db = await Context.GetDbContextAsync(cancellationToken);
        foreach (var scope in await directory.NewEntitiesAsync(names, cancellationToken))
        {
            if (db.Set<Scope>().Local.FindEntry(scope.Id)?.Entity is { } tracked)
            {
                yield return tracked;
                continue;
            }
            db.Attach(scope);
            yield return scope;
        }
    }

    public override async ValueTask CreateAsync(Scope scope, CancellationToken cancellationToken)
    {
        await base.CreateAsync(scope, cancellationToken);
        directory.Forget();
    }

    public override async ValueTask UpdateAsync(Scope scope, CancellationToken cancellationToken)
    {
        await base.UpdateAsync(scope, cancellationToken);
        directory.Forget();
    }

    public override async ValueTask DeleteAsync(Scope scope, CancellationToken cancellationToken)
    {
        await base.DeleteAsync(scope, cancellationToken);
        directory.Forget();
    }
}
