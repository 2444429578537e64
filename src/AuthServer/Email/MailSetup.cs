namespace AuthServer.Email;

/// <summary>Whether mail can leave this server: what needs mail is not offered where it cannot.</summary>
public sealed class MailSetup(EmailOptions options, IHostEnvironment environment)
{
    /// <summary>In Development always: where nothing is configured, mails become files that /dev/mail shows.</summary>
    public bool IsOn { get; } = options.IsConfigured || environment.IsDevelopment();
}
