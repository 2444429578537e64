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

    private const int MostFirstAsks = 10, MostOfDevices = 10, MostTriesOfDevices = 40;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly WindowLimit _askers = new("mail-askers", options.MailsPerAddressPerHour, Hour, time, shared, Capacity);
    private readonly WindowLimit _mailboxes = new("mailboxes", options.MailsPerMailboxPerHour, Hour, time, shared, Capacity);
    private readonly WindowLimit _kinds = new("mail-kinds", options.MailsPerKindPerHour, Hour, time, shared, capacity: 1 << 6);
    // Strangers who use up the mails of a mailbox leave one a day to each address of the network that has asked for none.
    private readonly WindowLimit _firstAsks = new("mail-first-asks", 1, TimeSpan.FromDays(1), time, shared, Capacity);
    private readonly WindowLimit _lateMailboxes = new("mailboxes-late", MostFirstAsks, Hour, time, shared, Capacity);

    // All known devices of a mailbox together: whoever could sign in once may have made many of them.
    private readonly WindowLimit _devices = new("mail-devices", MostOfDevices, Hour, time, shared, Capacity);
    private readonly WindowLimit _deviceTries = new(
        "code-tries-devices", MostTriesOfDevices, TimeSpan.FromDays(1), time, shared, Capacity);

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
        if (knownDevice is not null)
        {
            return await _mailboxes.TakeAsync(keys.OfKnownDevice(mailbox, knownDevice))
                ?? await _devices.TakeAsync(keys.OfAccount(mailbox));
        }

        // The links of other mails work anywhere, so their owner needs no mail of their own.
        var isFirst = kind == MailKind.SignIn && keys.OfAddress(asker) is { } place
            && await _firstAsks.TakeAsync(keys.OfAccountAt(mailbox, place)) is null;
        if (await _mailboxes.TakeAsync(keys.OfAccount(mailbox)) is { } wait
            && !(isFirst && await _lateMailboxes.TakeAsync(keys.OfAccount(mailbox)) is null))
        {
            return wait;
        }

        return await _kinds.TakeAsync(keys.OfSubject($"mail\0{kind}"));
    }

    /// <summary>
    /// Counts a code that is tried; a wait when it may not be. What is tried of one kind of mail costs nothing of another.
    /// </summary>
    /// <param name="knownDevice">As for a mail.</param>
    public async ValueTask<TimeSpan?> TakeTryAsync(MailKind kind, string emailKey, string? knownDevice = null)
    {
        var mailbox = $"{kind}\0{emailKey}";
        return knownDevice is null
            ? await _tries.TakeAsync(keys.OfAccount(mailbox))
            : await _tries.TakeAsync(keys.OfKnownDevice(mailbox, knownDevice))
                ?? await _deviceTries.TakeAsync(keys.OfAccount(mailbox));
    }
}
