using AuthServer.Clients.Secrets;
using AuthServer.Data.Entities;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Core;

namespace AuthServer.Clients.OpenIddict;

/// <summary>OpenIddict's view of the clients, with the secrets stored and compared as <see cref="ClientSecrets"/> does.</summary>
public sealed class ClientApplications(
    IOpenIddictApplicationCache<Client> cache, ILogger<OpenIddictApplicationManager<Client>> logger,
    IOptionsMonitor<OpenIddictCoreOptions> options, IOpenIddictApplicationStore<Client> store,
    ClientSecrets secrets)
    : OpenIddictApplicationManager<Client>(cache, logger, options, store)
{
    protected override ValueTask<string> ObfuscateClientSecretAsync(string secret, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(secrets.Digest(secret));

    // Never OpenIddict's own comparison: it stretches the secret with PBKDF2, outside any limit.
    protected override ValueTask<bool> ValidateClientSecretAsync(string secret, string comparand, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(secrets.Verify(secret, comparand));
}
