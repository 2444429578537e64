using AuthServer.Configuration;
using AuthServer.Email.Transports;

namespace AuthServer.Email;

/// <summary>A service that takes mails by HTTP.</summary>
public enum EmailServiceName
{
    Resend,
    Postmark,
    SendGrid,
    Mailgun,

    /// <summary>A program of the operator that takes mails as JSON.</summary>
    Json,
}

/// <summary>How mail leaves the server. Without it what needs mail is off in Production; in Development mails become files.</summary>
public sealed class EmailOptions : ICheckedSettings
{
    /// <summary>
    /// The mail server as smtp://user:password@host:587, where the connection must become encrypted (STARTTLS), or smtps://host:465, where
    /// it begins so. ?tls=none asks for a plain connection, without a password unless the host is this machine; ?sslrootcert=FILE names the
    /// authority of the server's certificate. Reserved characters of a password are percent-encoded.
    /// </summary>
    [Setting("SMTP_URL", Secret = true, Cure = SmtpAddress.Forms)]
    public string? SmtpUrl { get; set; }

    /// <summary>The e-mail service that takes mails by HTTP, in place of SMTP_URL.</summary>
    [Setting("EMAIL_SERVICE")]
    public EmailServiceName? Service { get; set; }

    /// <summary>The key of EMAIL_SERVICE; json may do without.</summary>
    [Setting("EMAIL_SERVICE_API_KEY", Secret = true)]
    public string? ApiKey { get; set; }

    /// <summary>
    /// Where EMAIL_SERVICE is: required for json; for the others only where it is another address than the usual one, such as that of a
    /// region. For mailgun it may have the path of the sending domain, such as https://api.eu.mailgun.net/v3/mg.example.com.
    /// </summary>
    [Setting("EMAIL_SERVICE_URL")]
    public Uri? ServiceUrl { get; set; }

    /// <summary>Who sends: an address of a domain of yours, perhaps with a name; the name of the server is the name otherwise.</summary>
    [Setting("EMAIL_FROM", Cure = Mailbox.Forms)]
    public string? From { get; set; }

    /// <summary>Where answers to mails go; absent: to EMAIL_FROM.</summary>
    [Setting("EMAIL_REPLY_TO", Cure = Mailbox.Forms)]
    public string? ReplyTo { get; set; }

    /// <summary>Whether mail can be sent to others.</summary>
    public bool IsConfigured => SmtpUrl is not null || Service is not null;

    /// <summary>Whether a key is set that nothing uses: earlier versions kept it for this feature.</summary>
    public bool HasIdleKey => ApiKey is not null && Service is null;

    /// <summary>Whether what is configured cannot be used; a server does not start so.</summary>
    internal bool IsRefused { get; private set; }

    internal Mailbox? Sender { get; private set; }

    internal Mailbox? Answers { get; private set; }

    /// <summary>Null: no SMTP_URL.</summary>
    internal SmtpAddress? Smtp { get; private set; }

    public void Check(SettingProblems problems)
    {
        var before = problems.Lines.Count;
        Sender = Read("EMAIL_FROM", From);
        Answers = Read("EMAIL_REPLY_TO", ReplyTo);
        if (SmtpUrl is not null)
        {
            Smtp = SmtpAddress.Parse(SmtpUrl, out var fault);
            if (fault is not null) problems.Add("SMTP_URL", fault, $"set it to {SmtpAddress.Forms}");
            if (Service is not null) problems.Add("SMTP_URL", "is set together with EMAIL_SERVICE", "keep one of the two");
        }

        if (Service is not null) CheckService(problems);
        else if (ServiceUrl is not null)
            problems.Add("EMAIL_SERVICE_URL", "is set, and EMAIL_SERVICE is not", "set EMAIL_SERVICE too, or remove it");
        if (IsConfigured && From is null)
            problems.Add("EMAIL_FROM", "is not set, and mail is to be sent", $"set it to {Mailbox.Forms}");
        IsRefused = problems.Lines.Count > before;

        Mailbox? Read(string key, string? text)
        {
            if (text is null) return null;
            var mailbox = Mailbox.Parse(text);
            if (mailbox is null) problems.Add(key, $"\"{text}\" is no address", $"set it to {Mailbox.Forms}");
            return mailbox;
        }
    }

    private void CheckService(SettingProblems problems)
    {
        if (ApiKey is null && Service != EmailServiceName.Json)
            problems.Add("EMAIL_SERVICE_API_KEY", "is not set, and EMAIL_SERVICE is", "set it to the key of the service");
        if (ServiceUrl is null)
        {
            if (Service == EmailServiceName.Json)
                problems.Add("EMAIL_SERVICE_URL", "is not set, and EMAIL_SERVICE is json", "set it to the address that takes mails");
        }
        else if (ServiceUrl.UserInfo.Length > 0 || ServiceUrl.Fragment.Length > 0)
            problems.Add("EMAIL_SERVICE_URL", "has a user or a fragment", "give the key as EMAIL_SERVICE_API_KEY");
        else if (ServiceUrl.Scheme != Uri.UriSchemeHttps && !LoopbackHost.IsHostOf(ServiceUrl))
            problems.Add("EMAIL_SERVICE_URL", "is http, and mails hold links that sign people in", "set it to an https address");
    }
}
