using AuthServer.Clients.Directory;
using AuthServer.Clients.Secrets;
using AuthServer.Data.Entities;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Core;

namespace AuthServer.Clients.OpenIddict;

/// <summary>
/// OpenIddict's view of the clients: secrets are stored and compared as <see cref="ClientSecrets"/> does, redirect URIs by our rule.
/// </summary>
public sealed partial class ClientApplications(
    IOpenIddictApplicationCache<Client> cache, ILogger<OpenIddictApplicationManager<Client>> logger,
    IOptionsMonitor<OpenIddictCoreOptions> options, IOpenIddictApplicationStore<Client> store,
    ClientSecrets secrets)
    : OpenIddictApplicationManager<Client>(cache, logger, options, store)
{
    private const int LongestShown = 500;

    public override ValueTask<bool> ValidateRedirectUriAsync(Client application, string uri, CancellationToken cancellationToken = default)
    {
        var client = RegisteredClient.Of(application);
        if (client.MayReturnTo(uri)) return ValueTask.FromResult(true);
        LogMismatch(Logger, client.ClientId, Visible(uri), string.Join(' ', client.RedirectUris));
        return ValueTask.FromResult(false);
    }

    protected override ValueTask<string> ObfuscateClientSecretAsync(string secret, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(secrets.Digest(secret));

    // Never OpenIddict's own comparison: it stretches the secret with PBKDF2, outside any limit.
    protected override ValueTask<bool> ValidateClientSecretAsync(
        string secret, string comparand, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(secrets.Verify(secret, comparand));

    // A caller's text: what does not show could forge a line of the log.
    private static string Visible(string text) =>
        string.Concat((text.Length <= LongestShown ? text : text[..LongestShown]).Select(c => c is > ' ' and <= '~' ? c : '?'));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Client {ClientId} asked for the redirect URI {Asked}; registered are {Registered}")]
    private static partial void LogMismatch(ILogger logger, string clientId, string asked, string registered);
}
