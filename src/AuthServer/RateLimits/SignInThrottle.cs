namespace AuthServer.RateLimits;

/// <summary>Slows down guessing passwords without locking the owner of an account out. It never asks whether the account exists.</summary>
/// <remarks>
/// The rule (OWASP ASVS 5.0 sections 6.1.1 and 6.3.1; docs/operations.md says the same for operators). An attempt comes from a place: a
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
public sealed class SignInThrottle(RateLimitOptions options, ThrottleKeys keys, TimeProvider time)
{
    /// <summary>Together with the attempts admitted each time a wait ends, this keeps an account below 100 failures an hour.</summary>
    private const int QuietAttempts = 5;

    /// <summary>The owner may mistype twice while an attacker guesses.</summary>
    private const int QuietFailures = 3;

    private readonly SlidingWindow _attempts = new(options.SignInsPerAddressPerMinute, TimeSpan.FromMinutes(1), time);
    private readonly SlidingWindow _quiet = new(QuietAttempts, TimeSpan.FromMinutes(5), time);
    private readonly FailureDelay _byAddress = new(options.SignInFailuresPerAddress, time);
    // Only counts.
    private readonly FailureDelay _strikes = new(int.MaxValue, time, memory: TimeSpan.FromDays(1));
    private readonly FailureDelay _byPlace = new(options.SignInFailuresPerAccount, time);
    private readonly FailureDelay _byAccount = new(options.SignInFailuresPerAccount, time);

    /// <param name="knownDevice">Names a device where the account has signed in. It is bound to that account, so it does not help to guess
    /// others.</param>
    public Attempt Of(string emailKey, string? address, string? knownDevice)
    {
        var from = keys.OfAddress(address);
        return knownDevice is null
            ? new(this, keys.OfAccountAt(emailKey, from ?? default), keys.OfAccount(emailKey), from)
            : new(this, keys.OfKnownDevice(emailKey, knownDevice), account: null, from);
    }

    /// <summary>One attempt to sign in, from its arrival to its outcome.</summary>
    public sealed class Attempt
    {
        private readonly SignInThrottle _throttle;
        private readonly UInt128 _place;
        private readonly UInt128? _account;
        private readonly UInt128? _address;
        private bool _admittedAsQuiet;

        /// <param name="account">Null for a known device.</param>
        internal Attempt(SignInThrottle throttle, UInt128 place, UInt128? account, UInt128? address) =>
            (_throttle, _place, _account, _address) = (throttle, place, account, address);

        /// <summary>How long failures make this one wait; null when it may go on.</summary>
        public TimeSpan? Wait => Longest(PlaceWait, _admittedAsQuiet ? null : AccountWait);

        private TimeSpan? PlaceWait =>
            Longest(_throttle._byPlace.Wait(_place), _account is not null
                && _address is { } address ? _throttle._byAddress.Wait(address) : null);

        private TimeSpan? AccountWait => _account is { } account ? _throttle._byAccount.Wait(account) : null;

        /// <summary>Counts the attempt; a wait when it may not go on.</summary>
        public TimeSpan? Enter()
        {
            if (PlaceWait is { } wait) return wait;
            if (_account is { } account && AccountWait is { } closed)
            {
                if (_throttle._strikes.Failures(_place) >= QuietFailures) return closed;
                if (_throttle._quiet.Take(account) is { } full) return full < closed ? full : closed;
                _admittedAsQuiet = true;
            }

            return (_account is null ? _place : _address) is { } key ? _throttle._attempts.Take(key) : null;
        }

        public void Failed()
        {
            _throttle._byPlace.Failed(_place);
            if (_account is { } account)
            {
                _throttle._strikes.Failed(_place);
                _throttle._byAccount.Failed(account);
            }

            if (_address is { } address) _throttle._byAddress.Failed(address);
        }

        /// <summary>Forgets what this place failed, here and in the account's sum; what others failed still counts.</summary>
        /// <remarks>The address keeps its failures, because a guesser could sign in to an account of their own in between.</remarks>
        public void Succeeded()
        {
            if (_account is { } account) _throttle._byAccount.Forget(account, _throttle._byPlace.Failures(_place));
            _throttle._byPlace.Forget(_place);
            _throttle._strikes.Forget(_place);
        }

        private static TimeSpan? Longest(TimeSpan? one, TimeSpan? other) => one is null || other > one ? other : one;
    }
}
