using AuthServer.Configuration;
using AuthServer.Email.Letters;
using AuthServer.Email.Transports;

namespace AuthServer.Email.Delivery;

/// <summary>Sends one mail past the outbox, so that an operator sees at once whether it is taken, and what was answered.</summary>
internal sealed class MailTrial(MailComposition composition, IMailTransport transport, IssuerOptions issuer, TimeProvider time)
{
    public string Transport => transport.Description;

    public async Task<SendOutcome> SendAsync(string to, CancellationToken cancellationToken)
    {
        var letter = new TestLetter(to, Language: null, UserId: null, issuer.IssuerText);
        using var late = new CancellationTokenSource(MailAttempt.Longest, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            return await transport.SendAsync(
                await composition.ComposeAsync(Guid.CreateVersion7(now), letter, now.UtcDateTime), limit.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return new SendOutcome.Unavailable($"no answer within {MailAttempt.Longest.TotalSeconds} seconds");
        }
        catch (FormatException error)
        {
            return new SendOutcome.Refused(error.Message);
        }
        finally
        {
            await transport.RestAsync();
        }
    }
}
