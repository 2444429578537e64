using System.Collections.Frozen;
using AuthServer.Configuration;
using AuthServer.Data;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Clients;

/// <summary>The web origins from which browser apps may call the protocol's endpoints: those of registered redirect URIs, and FRONTEND_URL.</summary>
public sealed class ClientOrigins
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);
    private readonly ReadThrough<int, FrozenSet<string>> _all;

    public ClientOrigins(IServiceScopeFactory scopes, IssuerOptions issuer, TimeProvider time) =>
        _all = new(time, Lifetime, capacity: 2, _ => ReadAsync(scopes, issuer));

    /// <param name="origin">The Origin header as a browser sends it: scheme, host, and the port unless it is the scheme's own.</param>
    public async ValueTask<bool> AllowsAsync(string origin, CancellationToken cancellationToken) =>
        (await _all.FindAsync(0, cancellationToken))!.Contains(origin);

    /// <summary>To be called after this process has written a client.</summary>
    public void Forget() => _all.ForgetAll();

    private static async Task<FrozenSet<string>?> ReadAsync(IServiceScopeFactory scopes, IssuerOptions issuer)
    {
        await using var scope = scopes.CreateAsyncScope();
        var origins = new HashSet<string>(StringComparer.Ordinal);
        var columns = scope.ServiceProvider.GetRequiredService<AuthDbContext>().Clients
            .Where(c => c.RedirectUris != null).Select(c => c.RedirectUris).AsAsyncEnumerable();
        await foreach (var column in columns)
        {
            foreach (var uri in ClientColumns.ReadList(column)) Add(origins, uri);
        }
        if (issuer.FrontendUrl is { } frontend) Add(origins, frontend.AbsoluteUri);
        return origins.ToFrozenSet(StringComparer.Ordinal);
    }

    private static void Add(HashSet<string> origins, string text)
    {
        // A private-use scheme has no origin that a browser would send.
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http") origins.Add($"{uri.Scheme}://{AuthorityOf(uri)}");
    }

    private static string AuthorityOf(Uri uri) => uri.IsDefaultPort ? Host(uri) : $"{Host(uri)}:{uri.Port}";

    // RFC 6454 section 6.2: the ASCII form. IdnHost drops the brackets of an IPv6 address.
    private static string Host(Uri uri) => uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
}
