using System.Net;
using AuthServer.RateLimits.InRedis;

namespace AuthServer.RateLimits;

/// <summary>Slows down guessing a client's secret: RFC 6749 section 2.3.1 asks for protection against brute force.</summary>
/// <remarks>
/// Failures count by (client, address) pair: wrong secrets make that pair wait and never the right client at another address,
/// because otherwise a stranger could stop a client by sending wrong secrets in its name. There is no count for the client as
/// a whole: registration admits only secrets of 128 bits and more, which no number of addresses can guess.
/// A pair that waits is refused before its secret is compared, so a right secret from the guesser's address does not end the wait.
/// </remarks>
public sealed class ClientAuthenticationThrottle(
    RateLimitOptions options, ThrottleKeys keys, TimeProvider time, SharedCounters? shared = null)
{
    private readonly FailureLimit _pairs = new("client-secrets", options.ClientAuthenticationFailures, time, shared);

    /// <summary>One attempt of this client from this address; its pair is hashed once.</summary>
    public Attempt Of(string clientId, IPAddress? address) =>
        new(_pairs, address is null ? null : keys.OfClientAt(clientId, address));

    /// <summary>The secret, or the assertion, was wrong, or there is no such client.</summary>
    public ValueTask FailedAsync(string clientId, IPAddress? address) =>
        address is null ? default : _pairs.FailedAsync(keys.OfClientAt(clientId, address));

    /// <summary>An attempt to authenticate a client, from its arrival to its outcome.</summary>
    public readonly struct Attempt
    {
        private readonly FailureLimit _pairs;
        private readonly UInt128? _pair;

        internal Attempt(FailureLimit pairs, UInt128? pair) => (_pairs, _pair) = (pairs, pair);

        /// <summary>How long it must wait; null when its secret may be compared. Asking does not count.</summary>
        public ValueTask<TimeSpan?> WaitAsync() => _pair is { } key ? _pairs.WaitAsync(key) : default;

        /// <summary>The client authenticated: the failures of this pair are forgotten.</summary>
        public ValueTask SucceededAsync() => _pair is { } key ? _pairs.ForgetAsync(key) : default;
    }
}
