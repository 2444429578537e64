using AuthServer.Configuration;

namespace AuthServer.Email;

/// <summary>How mail leaves the server.</summary>
public sealed class EmailOptions
{
    /// <summary>The key of the e-mail service. Kept for the mail feature; nothing is sent yet.</summary>
    [Setting("EMAIL_SERVICE_API_KEY", Secret = true)]
    public string? ApiKey { get; set; }
}
