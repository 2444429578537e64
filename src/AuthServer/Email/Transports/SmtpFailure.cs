using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace AuthServer.Email.Transports;

/// <summary>What an exception of MailKit means for a mail.</summary>
internal static class SmtpFailure
{
    // RFC 5321 section 4.2.1: below, the refusal is for now.
    private const int ForGood = 500;

    /// <param name="isConnected">Whether the mail server has taken this one in, and the mail is what it met.</param>
    /// <returns>Null: it is none of the ways in which a mail server, or the way to it, fails.</returns>
    public static SendOutcome? Of(Exception error, bool isConnected) => error switch
    {
        SmtpCommandException { ErrorCode: SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted } refused =>
            (int)refused.StatusCode >= ForGood ? new SendOutcome.Refused(Text(refused)) : new SendOutcome.Postponed(Text(refused)),
        // Of the sender or of the session: it is the same for every mail.
        SmtpCommandException refused => new SendOutcome.Unavailable(Text(refused)),
        AuthenticationException => new SendOutcome.Unavailable("the mail server refuses user and password: " + error.Message),
        SslHandshakeException => new SendOutcome.Unavailable("no encrypted connection: " + (error.InnerException ?? error).Message),
        ParseException => new SendOutcome.Refused("the address cannot be written in a mail"),
        // RFC 6531: the server takes no addresses beyond ASCII.
        NotSupportedException when isConnected => new SendOutcome.Refused(error.Message),
        // RFC 3207: it offers no STARTTLS.
        NotSupportedException => new SendOutcome.Unavailable(error.Message),
        SocketException or IOException or TimeoutException or ProtocolException or ServiceNotConnectedException
            or ServiceNotAuthenticatedException => new SendOutcome.Unavailable(error.Message),
        _ => null,
    };

    private static string Text(SmtpCommandException refused) => $"{(int)refused.StatusCode} {refused.Message}";
}
