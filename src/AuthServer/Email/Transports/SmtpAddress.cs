using AuthServer.Configuration;
using AuthServer.Data.Tls;

namespace AuthServer.Email.Transports;

/// <summary>How the connection to a mail server is protected.</summary>
internal enum SmtpEncryption
{
    /// <summary>It begins in the clear and must become encrypted before anything is said (RFC 3207).</summary>
    StartTls,

    /// <summary>It begins encrypted (RFC 8314 section 3.3).</summary>
    FromTheStart,

    /// <summary>The operator has asked for it.</summary>
    None,
}

/// <summary>What SMTP_URL says.</summary>
internal sealed record SmtpAddress(
    string Host, int Port, SmtpEncryption Encryption, string? User, string? Password, TlsTrust Trust)
{
    internal const string Forms = "smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host:465";

    private const int SubmissionPort = 587, TlsPort = 465;

    /// <summary>For a person; without user and password.</summary>
    public override string ToString() => $"{(Encryption == SmtpEncryption.FromTheStart ? "smtps" : "smtp")}://{Host}:{Port}";

    public static SmtpAddress? Parse(string text, out SettingFault? fault)
    {
        fault = null;
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri) || uri.Scheme is not ("smtp" or "smtps") || uri.Host.Length == 0)
            return Refuse("is no address of a mail server", out fault);
        if (uri.Fragment.Length > 0 || uri.AbsolutePath.Trim('/').Length > 0)
            return Refuse("has a path or a fragment; a / or # in a password is written %2F or %23", out fault);
        var isTls = uri.Scheme == "smtps";
        var address = new SmtpAddress(
            uri.Host.Trim('[', ']'), uri.Port > 0 ? uri.Port : isTls ? TlsPort : SubmissionPort,
            isTls ? SmtpEncryption.FromTheStart : SmtpEncryption.StartTls, null, null, new(TlsFiles.None, TlsCheck.AuthorityAndName));
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (address.With(pair) is not { } next)
                // Not which: behind an unescaped question mark it is a part of the password.
                return Refuse("has a query with a key or value that is not known (known: sslrootcert=FILE, and tls=none with smtp; "
                    + "a ? in a password is written %3F)", out fault);
            address = next;
        }

        if (address.Trust.Files.Wrong(TimeProvider.System.GetUtcNow()) is { } wrong)
        {
            fault = wrong;
            return null;
        }

        switch (uri.UserInfo.Split(':', 2))
        {
            case [""]:
                return address;
            case [{ Length: > 0 } user, { Length: > 0 } password]:
                address = address with { User = Uri.UnescapeDataString(user), Password = Uri.UnescapeDataString(password) };
                break;
            default:
                return Refuse("has a user without a password, or a password without a user", out fault);
        }

        return address.Encryption == SmtpEncryption.None && !LoopbackHost.Is(uri.Host)
            ? Refuse("has a password that tls=none would send through the network in the clear", out fault)
            : address;
    }

    private SmtpAddress? With(string pair)
    {
        var (name, value) = pair.Split('=', 2) is [var n, var v] ? (n, Uri.UnescapeDataString(v)) : (pair, "");
        return (name, value) switch
        {
            ("tls", "none") when Encryption == SmtpEncryption.StartTls => this with { Encryption = SmtpEncryption.None },
            (TlsFiles.RootName, _) when Trust.Files.With(name, value) is { } files => this with { Trust = Trust with { Files = files } },
            _ => null,
        };
    }

    private static SmtpAddress? Refuse(string wrong, out SettingFault? fault)
    {
        fault = new(wrong);
        return null;
    }
}
