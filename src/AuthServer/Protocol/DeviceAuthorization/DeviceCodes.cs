using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.Protocol.Pending;
using AuthServer.RateLimits;
using AuthServer.Sessions;

namespace AuthServer.Protocol.DeviceAuthorization;

/// <summary>Finds the request behind a code that a person has typed (RFC 8628 section 5.1: codes must not be guessed).</summary>
public sealed class DeviceCodes(
    ElsewhereRequests requests, PendingAuthorizations pending, UserCodes codes, DeviceCodeThrottle throttle, Refusals refusals)
{
    /// <returns>The request, how long the person has to wait before the next try, or neither: no device waits with this code.</returns>
    public async Task<(ElsewhereRequest? Request, TimeSpan? Wait)> FindAsync(
        string code, BrowserSession session, Caller caller, CancellationToken stop)
    {
        // Counted before the look-up: many guesses at one moment get no more look-ups than one after the other would.
        if (await throttle.BeginAsync(session.UserId, caller.Address) is { } wait) return (null, wait);
        if (await pending.FindAsync(PendingKind.Device, codes.Hashes(code), stop) is { } asked
            && await requests.AboutAsync(asked, stop) is { } about)
        {
            await throttle.TakeBackAsync(session.UserId, caller.Address);
            return (about, null);
        }

        refusals.Record(RefusalKinds.WrongCode, caller);
        return (null, null);
    }
}
