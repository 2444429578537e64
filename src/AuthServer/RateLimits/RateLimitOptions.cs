using AuthServer.Configuration;

namespace AuthServer.RateLimits;

/// <summary>How much one user, account or address may ask for.</summary>
public sealed class RateLimitOptions : ICheckedSettings
{
    /// <summary>
    /// Requests of any kind from one address (IPv6: one /64) in a minute. Absent: 12000, and programs on this machine itself are not
    /// counted; when set, they are too.
    /// </summary>
    [Setting("REQUESTS_PER_ADDRESS_PER_MINUTE", Minimum = 1)]
    public int? RequestsPerAddressPerMinute { get; set; }

    /// <summary>
    /// Who may exceed REQUESTS_PER_ADDRESS_PER_MINUTE, by commas: API servers that introspect many tokens. Naming a network exempts every
    /// machine in it.
    /// </summary>
    [Setting("FLOOD_LIMIT_EXEMPT", Cure = AddressList.Form)]
    public IReadOnlyList<string> FloodLimitExempt { get; set; } = [];

    public AddressList FloodExempt { get; private set; } = AddressList.Empty;

    /// <summary>Requests to the JSON API in an hour per user; without a token, per address.</summary>
    [Setting("RATE_LIMIT_PER_HOUR", Minimum = 1)]
    public int PerHour { get; set; } = 1000;

    /// <summary>
    /// Wrong passwords for one account within 15 minutes before the address they came from must wait; from all unknown addresses together,
    /// before further attempts from them are slowed down. A device where the account has signed in counts by itself.
    /// </summary>
    [Setting("SIGNIN_FAILURES_PER_ACCOUNT", Minimum = 1)]
    public int SignInFailuresPerAccount { get; set; } = 10;

    /// <summary>Wrong passwords from one address within 15 minutes before it must wait.</summary>
    [Setting("SIGNIN_FAILURES_PER_ADDRESS", Minimum = 1)]
    public int SignInFailuresPerAddress { get; set; } = 100;

    /// <summary>New accounts from one address in an hour.</summary>
    [Setting("REGISTRATIONS_PER_ADDRESS_PER_HOUR", Minimum = 1)]
    public int RegistrationsPerAddressPerHour { get; set; } = 20;

    /// <summary>
    /// With CLIENT_REGISTRATION=open: clients that one address may register in an hour. Requests with a token, which read, change and
    /// delete registrations or register with an initial access token, may be thirty times as many.
    /// </summary>
    [Setting("CLIENT_REGISTRATIONS_PER_ADDRESS_PER_HOUR", Minimum = 1)]
    public int ClientRegistrationsPerAddressPerHour { get; set; } = 10;

    /// <summary>Mails with a code or a link that one address of the network may ask for in an hour, to whatever mailboxes.</summary>
    [Setting("MAILS_PER_ADDRESS_PER_HOUR", Minimum = 1)]
    public int MailsPerAddressPerHour { get; set; } = 20;

    /// <summary>
    /// Mails with a code or a link to one mailbox in an hour, whoever asks for them, so that nobody can be flooded; of each kind by itself.
    /// </summary>
    [Setting("MAILS_PER_MAILBOX_PER_HOUR", Minimum = 1)]
    public int MailsPerMailboxPerHour { get; set; } = 5;

    /// <summary>
    /// Mails with a code or a link in an hour to all mailboxes together, of each kind: bounds what a botnet can send in your name.
    /// </summary>
    [Setting("MAILS_PER_KIND_PER_HOUR", Minimum = 1)]
    public int MailsPerKindPerHour { get; set; } = 900;

    /// <summary>
    /// Codes from mails that may be tried for one account in a day, right or wrong, in all tabs and apps together, of each kind of mail.
    /// Beyond it the links of the mails still work.
    /// </summary>
    [Setting("CODES_PER_ACCOUNT_PER_DAY", Minimum = 1)]
    public int CodesPerAccountPerDay { get; set; } = 20;

    /// <summary>
    /// Sign-in attempts, right or wrong, from one address in a minute; as many times it may be sent to other providers.
    /// </summary>
    [Setting("SIGNINS_PER_ADDRESS_PER_MINUTE", Minimum = 1)]
    public int SignInsPerAddressPerMinute { get; set; } = 60;

    /// <summary>Requests of devices without a browser (RFC 8628) from one address in a minute.</summary>
    [Setting("DEVICE_REQUESTS_PER_ADDRESS_PER_MINUTE", Minimum = 1)]
    public int DeviceRequestsPerAddressPerMinute { get; set; } = 60;

    /// <summary>
    /// Requests of one client to one person who is not at their screen (CIBA) in an hour, so that nobody is worn down until they approve.
    /// </summary>
    [Setting("CIBA_REQUESTS_PER_PERSON_PER_HOUR", Minimum = 1)]
    public int CibaRequestsPerPersonPerHour { get; set; } = 10;

    /// <summary>Reads of other people's accounts by one user in a minute.</summary>
    [Setting("USER_LOOKUPS_PER_MINUTE", Minimum = 1)]
    public int UserLookupsPerMinute { get; set; } = 120;

    /// <summary>Token, introspection and revocation requests of one authenticated client in a minute. Absent: no limit.</summary>
    [Setting("PROTOCOL_REQUESTS_PER_CLIENT_PER_MINUTE", Minimum = 1)]
    public int? ProtocolRequestsPerClientPerMinute { get; set; }

    /// <summary>
    /// Wrong secrets of one client from one address (IPv6: one /64) within 15 minutes before that client must wait there.
    /// </summary>
    [Setting("CLIENT_AUTHENTICATION_FAILURES", Minimum = 1)]
    public int ClientAuthenticationFailures { get; set; } = 20;

    public void Check(SettingProblems problems) => FloodExempt = AddressList.Parse("FLOOD_LIMIT_EXEMPT", FloodLimitExempt, problems);
}
