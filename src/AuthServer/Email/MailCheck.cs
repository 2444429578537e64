using AuthServer.Doctor;

namespace AuthServer.Email;

/// <summary>What is configured for mail.</summary>
public sealed class MailCheck(EmailOptions options) : ICheck
{
    public string Name => "Mail";

    public IAsyncEnumerable<Finding> RunAsync(CancellationToken cancellationToken) => Look().ToAsyncEnumerable();

    private IEnumerable<Finding> Look()
    {
        yield return Finding.Skipped(options.ApiKey is null
            ? "nothing is configured, and this version sends no mail"
            : "EMAIL_SERVICE_API_KEY is set and kept, but this version sends no mail");
    }
}
