using Microsoft.IdentityModel.Protocols;
using OpenIddict.Abstractions;
using OpenIddict.Client;

namespace AuthServer.Users.Upstream;

/// <summary>What a provider says of itself: its addresses and keys. One caller fetches them for all who wait.</summary>
/// <remarks>
/// That of IdentityModel lets callers wait for a provider that is away one after the other, and then does not try again for up to five
/// minutes.
/// </remarks>
internal sealed class ProviderConfiguration(Func<Task<OpenIddictConfiguration>> fetch, TimeProvider time)
    : IConfigurationManager<OpenIddictConfiguration>
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    // Between two fetches: everybody who signs in would wait for a provider that is away, and each unknown key would ask for the keys.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private OpenIddictConfiguration? _kept;
    private Task<OpenIddictConfiguration>? _fetch;
    private DateTimeOffset _end;
    private DateTimeOffset _next;

    /// <summary>Sets it up for each provider that has a discovery document.</summary>
    public static void Use(OpenIddictClientOptions options, OpenIddictClientService service, TimeProvider time)
    {
        foreach (var registration in options.Registrations.Where(one => one is { Configuration: null, ConfigurationEndpoint: not null }))
        {
            IConfigurationRetriever<OpenIddictConfiguration> retriever = new OpenIddictClientRetriever(service, registration);
            registration.ConfigurationManager = new ProviderConfiguration(
                // It has a client of its own for HTTP.
                () => retriever.GetConfigurationAsync(registration.ConfigurationEndpoint!.AbsoluteUri, null!, CancellationToken.None),
                time);
        }
    }

    public Task<OpenIddictConfiguration> GetConfigurationAsync(CancellationToken cancel)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if ((_kept is null || now >= _end) && now >= _next && _fetch is null or { IsCompleted: true })
            {
                _next = now + Pause;
                _fetch = FetchAsync();
            }

            // What is old serves until there is something new: without the provider nobody signs in with it anyway.
            return _kept is { } kept ? Task.FromResult(kept) : _fetch!.WaitAsync(cancel);
        }
    }

    /// <summary>OpenIddict has met a key that it does not know.</summary>
    public void RequestRefresh()
    {
        lock (_lock) _end = default;
    }

    private async Task<OpenIddictConfiguration> FetchAsync()
    {
        // Outside of the lock, and of what the caller holds.
        await Task.Yield();
        var found = await fetch();
        lock (_lock) (_kept, _end) = (found, time.GetUtcNow() + Life);
        return found;
    }
}
