using AuthServer.Clients.Secrets;
using AuthServer.Data.Entities;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Core;

namespace AuthServer.Clients.OpenIddict;

/// <summary>The library's view of the clients, with the secrets checked in our form.</summary>
public sealed class ClientApplications(
    IOpenIddictApplicationCache<Client> cache, ILogger<OpenIddictApplicationManager<Client>> logger,
    IOptionsMonitor<OpenIddictCoreOptions> options, IOpenIddictApplicationStore<Client> store)
    : OpenIddictApplicationManager<Client>(cache, logger, options, store)
{
    protected override ValueTask<string> ObfuscateClientSecretAsync(string secret, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(ClientSecrets.Hash(secret));

    protected override ValueTask<bool> ValidateClientSecretAsync(string secret, string comparand, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(secret);
        ArgumentException.ThrowIfNullOrEmpty(comparand);
        if (!ClientSecrets.Knows(comparand)) return base.ValidateClientSecretAsync(secret, comparand, cancellationToken);
        return ValueTask.FromResult(ClientSecretChecks.Verify(secret, comparand));
    }
}
