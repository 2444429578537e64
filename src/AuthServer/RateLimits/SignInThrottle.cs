using AuthServer.RateLimits.InRedis;

namespace AuthServer.RateLimits;

/// <summary>Slows down guessing passwords without locking the owner of an account out. It never asks whether the account exists.</summary>
/// <remarks>
/// The rule (OWASP ASVS 5.0 sections 6.1.1 and 6.3.1; docs/limits.md says the same for operators). An attempt comes from a place: a
/// known
/// device, which is a browser or app where this account has signed in, or else an address (IPv6: a /64).
/// <list type="number">
/// <item>Each place has its own failures of the account: after SIGNIN_FAILURES_PER_ACCOUNT it waits 15 s, doubling up to 15 minutes.</item>
/// <item>A known device is subject to nothing else, so no number of strangers makes the owner wait there.</item>
/// <item>The failures of an account at all unknown places together close the account in the same way, because an attacker may have many
/// addresses.</item>
/// <item>While it is closed, an unknown place with less than three failures of its own is still admitted, at most five such attempts in
/// five
/// minutes for the account. These failures are remembered for a day. So a stranger who polls from a few addresses has soon used them up and
/// does not
/// keep out the owner, who comes from another one; and a botnet gets less than 100 guesses an hour. Only a botnet that brings new addresses
/// all the time uses up these attempts, too: then the owner gets in at known devices.</item>
/// <item>An address waits after SIGNIN_FAILURES_PER_ADDRESS failures of any accounts, and has SIGNINS_PER_ADDRESS_PER_MINUTE
/// attempts.</item>
/// </list>
/// </remarks>
/// <param name="name">Of the counters in Redis: what is guessed.</param>
public sealed class SignInThrottle(
    RateLimitOptions options, ThrottleKeys keys, TimeProvider time, SharedCounters? shared = null, string name = "sign-in")
{
    /// <summary>Together with the attempts admitted each time a wait ends, this keeps an account below 100 failures an hour.</summary>
    private const int QuietAttempts = 5;

    /// <summary>The owner may mistype twice while an attacker guesses.</summary>
    private const int QuietFailures = 3;

    private readonly SlidingWindow _attempts = new(options.SignInsPerAddressPerMinute, TimeSpan.FromMinutes(1), shared?.Time ?? time);
    private readonly SlidingWindow _quiet = new(QuietAttempts, TimeSpan.FromMinutes(5), shared?.Time ?? time);
    private readonly FailureDelay _byAddress = new(options.SignInFailuresPerAddress, shared?.Time ?? time);
    // Only counts.
    private readonly FailureDelay _strikes = new(int.MaxValue, shared?.Time ?? time, memory: TimeSpan.FromDays(1));
    private readonly FailureDelay _byPlace = new(options.SignInFailuresPerAccount, shared?.Time ?? time);
    private readonly FailureDelay _byAccount = new(options.SignInFailuresPerAccount, shared?.Time ?? time);
    private readonly SharedSignIn? _shared = shared is null ? null : new(shared, name);

    /// <param name="knownDevice">Names a device where the account has signed in. It is bound to that account, so it does not help to guess
    /// others.</param>
    public Attempt Of(string emailKey, string? address, string? knownDevice)
    {
        var from = keys.OfAddress(address);
        return new(this, knownDevice is null
            ? new(keys.OfAccountAt(emailKey, from ?? default), keys.OfAccount(emailKey), from)
            : new(keys.OfKnownDevice(emailKey, knownDevice), Account: null, from));
    }

    /// <summary>One attempt to sign in, from its arrival to its outcome.</summary>
    public sealed class Attempt
    {
        private readonly SignInThrottle _throttle;
        private readonly SignInPlace _at;
        private bool _admittedAsQuiet;

        internal Attempt(SignInThrottle throttle, SignInPlace at) => (_throttle, _at) = (throttle, at);

        /// <summary>How long failures that this server knows of make this one wait; null when it may go on.</summary>
        public TimeSpan? Wait => Longest(PlaceWait, _admittedAsQuiet ? null : AccountWait);

        private TimeSpan? PlaceWait =>
            Longest(_throttle._byPlace.Wait(_at.Place), _at is { Account: not null, Address: { } address }
                ? _throttle._byAddress.Wait(address)
                : null);

        private TimeSpan? AccountWait => _at.Account is { } account ? _throttle._byAccount.Wait(account) : null;

        /// <summary>Counts the attempt; a wait when it may not go on.</summary>
        public async ValueTask<TimeSpan?> EnterAsync()
        {
            if (PlaceWait is { } wait) return wait;
            var answer = await AskAsync(
                SignInScripts.Enter, _throttle.Options.SignInsPerAddressPerMinute, QuietAttempts, QuietFailures);
            return answer is { } told ? Judge(told) : Enter();
        }

        public async ValueTask FailedAsync()
        {
            if (await AskAsync(SignInScripts.Failed) is { } told)
            {
                Learn(told);
                return;
            }
            _throttle._byPlace.Failed(_at.Place);
            if (_at.Account is { } account)
            {
                _throttle._strikes.Failed(_at.Place);
                _throttle._byAccount.Failed(account);
            }

            if (_at.Address is { } address) _throttle._byAddress.Failed(address);
        }

        /// <summary>Forgets what this place failed, here and in the account's sum; what others failed still counts.</summary>
        /// <remarks>The address keeps its failures, because a guesser could sign in to an account of their own in between.</remarks>
        public async ValueTask SucceededAsync()
        {
            var failures = _throttle._byPlace.Failures(_at.Place);
            // What Redis knows of this place is known here, too, since the attempt entered.
            if (failures + _throttle._strikes.Failures(_at.Place) == 0) return;
            if (await AskAsync(SignInScripts.Succeeded) is { } told)
            {
                Learn(told);
                return;
            }
            if (_at.Account is { } account) _throttle._byAccount.Forget(account, failures);
            _throttle._byPlace.Forget(_at.Place);
            _throttle._strikes.Forget(_at.Place);
        }

        private TimeSpan? Enter()
        {
            if (_at.Account is { } account && AccountWait is { } closed)
            {
                if (_throttle._strikes.Failures(_at.Place) >= QuietFailures) return closed;
                if (_throttle._quiet.Take(account) is { } full) return Shortest(full, closed);
                _admittedAsQuiet = true;
            }

            return _at.Attempts is { } who ? _throttle._attempts.Take(who) : null;
        }

        private ValueTask<SignInAnswer?> AskAsync(CounterScript script, params ReadOnlySpan<int> further) =>
            _throttle._shared is { IsUp: true } shared
                ? shared.AskAsync(script, _at,
                    [_throttle.Options.SignInFailuresPerAccount, _throttle.Options.SignInFailuresPerAddress, .. further])
                : default;

        /// <summary>The verdict of Redis, by the rules of <see cref="Enter"/>.</summary>
        private TimeSpan? Judge(in SignInAnswer told)
        {
            var (placeWait, accountWait) = Learn(told);
            var (full, fast) = (
                _at.Account is { } account ? _throttle._quiet.Learn(account, told.Quiet) : null,
                _at.Attempts is { } who ? _throttle._attempts.Learn(who, told.Attempts) : null);
            _admittedAsQuiet = accountWait is not null;
            return told.Verdict switch
            {
                SignInScripts.PlaceWaits => placeWait,
                SignInScripts.AccountWaits => accountWait,
                SignInScripts.QuietIsFull => Shortest(full!.Value, accountWait!.Value),
                SignInScripts.AttemptsAreFull => fast,
                _ => null,
            };
        }

        private (TimeSpan? Place, TimeSpan? Account) Learn(in SignInAnswer told)
        {
            var place = _throttle._byPlace.Learn(_at.Place, told.Place);
            var address = _at.Address is { } from ? _throttle._byAddress.Learn(from, told.Address) : null;
            if (_at.Account is not { } account) return (place, null);
            _throttle._strikes.Learn(_at.Place, told.Strikes);
            return (Longest(place, address), _throttle._byAccount.Learn(account, told.Account));
        }

        private static TimeSpan? Longest(TimeSpan? one, TimeSpan? other) => one is null || other > one ? other : one;

        private static TimeSpan Shortest(TimeSpan one, TimeSpan other) => one < other ? one : other;
    }

    private RateLimitOptions Options => options;
}
