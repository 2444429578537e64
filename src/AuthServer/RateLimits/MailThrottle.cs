using AuthServer.RateLimits.InRedis;

namespace AuthServer.RateLimits;

/// <summary>What a mail with a code or a link is for; each kind has limits of its own.</summary>
public enum MailKind
{
    PasswordReset,
    EmailConfirmation,
    EmailChange,
    Registration,
    SignIn,
    SecondFactor,
}

/// <summary>Bounds the mails that people can make this server send, and the codes that can be tried.</summary>
/// <remarks>
/// It goes by the address as it was typed and never asks whether an account has it, so its answers tell nothing about accounts. Whoever
/// uses up the mails of a mailbox does not shut its owner out: the links of those mails are in the owner's hands, and work anywhere; those
/// of a sign-in do not, so there the owner's devices have budgets of their own.
/// </remarks>
public sealed class MailThrottle(RateLimitOptions options, ThrottleKeys keys, TimeProvider time, SharedCounters? shared = null)
{
    private const int Capacity = 1 << 14;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly WindowLimit _askers = new("mail-askers", options.MailsPerAddressPerHour, Hour, time, shared, Capacity);
    private readonly WindowLimit _mailboxes = new("mailboxes", options.MailsPerMailboxPerHour, Hour, time, shared, Capacity);
    private readonly WindowLimit _kinds = new("mail-kinds", options.MailsPerKindPerHour, Hour, time, shared, capacity: 1 << 6);
    private readonly WindowLimit _tries = new("code-tries", options.CodesPerAccountPerDay, TimeSpan.FromDays(1), time, shared, Capacity);

    /// <summary>Counts one mail; a wait when it may not be sent.</summary>
    /// <param name="emailKey">Of the mailbox.</param>
    /// <param name="asker">The address of the network that asks; null: this server itself.</param>
    /// <param name="knownDevice">Names a device where the account of the mailbox has signed in: it has a budget of its own, which strangers
    /// cannot use up.</param>
    public async ValueTask<TimeSpan?> TakeAsync(MailKind kind, string emailKey, string? asker, string? knownDevice = null)
    {
        // Their own budget first, so that who has none left uses up nothing of the others'.
        if (keys.OfAddress(asker) is { } from && await _askers.TakeAsync(from) is { } tooMany) return tooMany;
        var mailbox = $"{kind}\0{emailKey}";
        return knownDevice is not null
            ? await _mailboxes.TakeAsync(keys.OfKnownDevice(mailbox, knownDevice))
            : await _mailboxes.TakeAsync(keys.OfAccount(mailbox)) ?? await _kinds.TakeAsync(keys.OfSubject($"mail\0{kind}"));
    }

    /// <summary>Counts a code that is tried; a wait when it may not be.</summary>
    /// <param name="knownDevice">As for a mail.</param>
    public ValueTask<TimeSpan?> TakeTryAsync(string emailKey, string? knownDevice = null) =>
        _tries.TakeAsync(knownDevice is null ? keys.OfAccount(emailKey) : keys.OfKnownDevice(emailKey, knownDevice));
}
