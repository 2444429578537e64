using AuthServer.Ui.Emails;

namespace AuthServer.Email.Transports;

/// <summary>One mail to one recipient, ready to be sent.</summary>
/// <param name="Id">Of its row in the outbox: the same at each attempt.</param>
/// <param name="Kind">Such as <c>password-changed</c>; services count by it.</param>
/// <param name="Date">When the mail was written into the outbox.</param>
internal sealed record OutgoingMail(
    Guid Id, string Kind, Mailbox From, string To, Mailbox? ReplyTo, DateTimeOffset Date, DrawnMail Content)
{
    /// <summary>Says in headers that no person wrote it: RFC 3834 section 5, and what Exchange and Outlook go by.</summary>
    /// <remarks>List-Unsubscribe is absent: nobody can unsubscribe from the security of an account.</remarks>
    public static IReadOnlyList<(string Name, string Value)> AutomaticHeaders { get; } =
        [("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")];

    /// <summary>RFC 5322 section 3.6.4, without the brackets. A mail program that gets it twice shows it once.</summary>
    public string MessageId => $"{Id:N}@{From.Domain}";
}
