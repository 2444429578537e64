using System.Collections.Frozen;
using System.Collections.Immutable;
using AuthServer.Clients.Metadata;
using AuthServer.Configuration;

namespace AuthServer.Clients.Directory;

/// <summary>The web origins from which browser apps may call: those of registered redirect URIs, and FRONTEND_URL.</summary>
public sealed class ClientOrigins
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);
    private readonly TimedCache<int, FrozenDictionary<string, bool>> _all;
    private readonly string? _frontend, _issuer;

    public ClientOrigins(ClientRows rows, IssuerOptions issuer, TimeProvider time)
    {
        (_frontend, _issuer) = (Of(issuer.FrontendUrl?.AbsoluteUri), Of(issuer.IssuerText));
        _all = new(time, Lifetime, capacity: 2, _ => ReadAsync(rows, _frontend));
    }

    /// <param name="origin">The Origin header as a browser sends it: scheme, host, and the port unless it is the scheme's own.</param>
    public async ValueTask<bool> AllowsAsync(string origin, CancellationToken cancellationToken) =>
        (await _all.FindAsync(0, cancellationToken))!.ContainsKey(origin);

    /// <summary>Whether it is the origin of an app of the operator.</summary>
    public async ValueTask<bool> AllowsFirstPartyAsync(string origin, CancellationToken cancellationToken) =>
        (await _all.FindAsync(0, cancellationToken))!.GetValueOrDefault(origin);

    /// <summary>
    /// Whether a page of this origin acts for this very client: FRONTEND_URL and our own pages act for every first-party client.
    /// </summary>
    public bool Allows(RegisteredClient client, string origin)
    {
        return !string.IsNullOrEmpty(origin) &&
            ((client.FirstParty && (origin == _frontend || origin == _issuer)) || client.RedirectUris.Any(uri => Of(uri) == origin));
    }

    /// <summary>To be called after this process has written a client.</summary>
    public void Forget() => _all.ForgetAll();

    private static async Task<FrozenDictionary<string, bool>?> ReadAsync(ClientRows rows, string? frontend)
    {
        var origins = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var (found, firstParty) in await rows.RedirectsAsync(Read, CancellationToken.None))
        {
            foreach (var origin in found) origins[origin] = firstParty || origins.GetValueOrDefault(origin);
        }

        if (frontend is not null) origins[frontend] = true;
        return origins.ToFrozenDictionary(StringComparer.Ordinal);
    }

    // A client whose row cannot be used has no origins, and takes none from the others.
    private static (ImmutableArray<string> Origins, bool FirstParty) Read(string uris, string? properties)
    {
        try
        {
            // Nobody has allowed it anything, and anybody may have named it.
            if (ClientColumns.ReadDocument(properties) is { AskedAt: not null }) return ([], false);
            var firstParty = ClientMetadataReader.ReadLeniently(ClientColumns.ReadMetadata(properties)).FirstParty;
            return ([.. ClientColumns.ReadList(uris).Select(Of).OfType<string>()], firstParty);
        }
        catch (Exception e) when (ClientRowReader.IsFaultOfJson(e))
        {
            return ([], false);
        }
    }

    /// <summary>The origin of an address, as a browser writes it; null for a private-use scheme, which has none.</summary>
    public static string? Of(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" ? $"{uri.Scheme}://{AuthorityOf(uri)}" : null;

    private static string AuthorityOf(Uri uri) => uri.IsDefaultPort ? Host(uri) : $"{Host(uri)}:{uri.Port}";

    // RFC 6454 section 6.2: the ASCII form. IdnHost drops the brackets of an IPv6 address.
    private static string Host(Uri uri) => uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
}
