using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Data.Entities;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Core;

namespace AuthServer.Clients;

/// <summary>The library's view of the clients, with the secrets checked in our form.</summary>
public sealed class ClientApplications(
    IOpenIddictApplicationCache<Client> cache, ILogger<OpenIddictApplicationManager<Client>> logger,
    IOptionsMonitor<OpenIddictCoreOptions> options, IOpenIddictApplicationStore<Client> store)
    : OpenIddictApplicationManager<Client>(cache, logger, options, store)
{
    private const int MostRemembered = 1_000;

    // A short secret is stretched, which costs milliseconds; that it was right is remembered per stored hash, under a key of this process alone.
    private static readonly byte[] RememberKey = RandomNumberGenerator.GetBytes(32);
    private static readonly ConcurrentDictionary<string, byte[]> Remembered = new(StringComparer.Ordinal);

    protected override ValueTask<string> ObfuscateClientSecretAsync(string secret, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(ClientSecrets.Hash(secret));

    protected override ValueTask<bool> ValidateClientSecretAsync(string secret, string comparand, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(secret);
        ArgumentException.ThrowIfNullOrEmpty(comparand);
        if (!ClientSecrets.Knows(comparand)) return base.ValidateClientSecretAsync(secret, comparand, cancellationToken);
        if (ClientSecrets.IsFast(comparand)) return ValueTask.FromResult(ClientSecrets.Verify(secret, comparand));

        var mark = HMACSHA256.HashData(RememberKey, Encoding.UTF8.GetBytes(secret));
        if (Remembered.TryGetValue(comparand, out var right) && CryptographicOperations.FixedTimeEquals(mark, right)) return ValueTask.FromResult(true);
        if (!ClientSecrets.Verify(secret, comparand)) return ValueTask.FromResult(false);
        if (Remembered.Count >= MostRemembered) Remembered.Clear();
        Remembered[comparand] = mark;
        return ValueTask.FromResult(true);
    }
}
