using AuthServer.RateLimits.InRedis;

namespace AuthServer.RateLimits;

/// <summary>Bounds how often one person is asked to approve something, so that nobody is worn down until they do.</summary>
/// <remarks>It goes by the hint, in one spelling, and never asks whether there is such a person.</remarks>
public sealed class CibaThrottle(
    RateLimitOptions options, ThrottleKeys keys, TimeProvider time, SharedCounters? shared = null)
{
    private const int MostMails = 5, Capacity = 1 << 14;

    private readonly WindowLimit _hints = new(
        "ciba", options.CibaRequestsPerPersonPerHour, TimeSpan.FromHours(1), time, shared, Capacity);

    private readonly WindowLimit _mails = new("ciba-mails", MostMails, TimeSpan.FromHours(1), time, shared, Capacity);

    /// <summary>Counts a request; a wait when it may not go on.</summary>
    public ValueTask<TimeSpan?> TakeAsync(string clientId, string hint) =>
        _hints.TakeAsync(keys.OfSubject($"ciba\0{clientId}\0{hint}"));

    /// <summary>Counts a mail; false when the person has had enough of them and finds the request in their account alone.</summary>
    public async ValueTask<bool> MayMailAsync(Guid user) => await _mails.TakeAsync(keys.OfSubject($"ciba-mail\0{user}")) is null;
}
