namespace AuthServer.RateLimits;

/// <summary>Slows down guessing: by account, by address, and by attempts per minute. It never asks whether the account exists.</summary>
public sealed class SignInThrottle(RateLimitOptions options, ThrottleKeys keys, TimeProvider time)
{
    private readonly SlidingWindow _attempts = new(options.SignInsPerAddressPerMinute, TimeSpan.FromMinutes(1), time);
    private readonly FailureDelay _byAddress = new(options.SignInFailuresPerAddress, time);
    private readonly FailureDelay _byAccount = new(options.SignInFailuresPerAccount, time);

    /// <param name="knownBrowser">A browser in which the account signed in before has its own counts: neither strangers nor
    /// neighbours behind the same address make its owner wait. It is bound to one account, so nobody guesses others with it.</param>
    public Attempt Of(string emailKey, string? address, string? knownBrowser) => new(
        this, keys.OfAddress(address), knownBrowser is null ? keys.OfAccount(emailKey) : keys.OfKnownBrowser(emailKey, knownBrowser), knownBrowser is not null);

    /// <summary>One attempt to sign in, from its arrival to its outcome.</summary>
    public sealed class Attempt
    {
        private readonly SignInThrottle _throttle;
        private readonly UInt128? _address;
        private readonly UInt128 _account;
        private readonly bool _known;

        internal Attempt(SignInThrottle throttle, UInt128? address, UInt128 account, bool known) =>
            (_throttle, _address, _account, _known) = (throttle, address, account, known);

        /// <summary>How long failures make this one wait; null when it may go on.</summary>
        public TimeSpan? Wait
        {
            get
            {
                var byAccount = _throttle._byAccount.Wait(_account);
                var byAddress = !_known && _address is { } key ? _throttle._byAddress.Wait(key) : null;
                return byAccount is null || byAddress > byAccount ? byAddress : byAccount;
            }
        }

        /// <summary>Counts the attempt; a wait when it may not go on.</summary>
        public TimeSpan? Enter() => Wait ?? ((_known ? _account : _address) is { } key ? _throttle._attempts.Take(key) : null);

        public void Failed()
        {
            _throttle._byAccount.Failed(_account);
            if (_address is { } key) _throttle._byAddress.Failed(key);
        }

        // The address keeps its failures: whoever guesses could sign in to an account of their own in between.
        public void Succeeded() => _throttle._byAccount.Forget(_account);
    }
}
