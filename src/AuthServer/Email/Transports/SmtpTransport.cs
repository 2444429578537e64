using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using AuthServer.Doctor;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace AuthServer.Email.Transports;

/// <summary>Hands mails to a mail server (RFC 5321) and keeps the connections while there are more.</summary>
/// <param name="name">How this server names itself to the other (EHLO).</param>
internal sealed class SmtpTransport(SmtpAddress address, string name) : IMailTransport, IDisposable
{
    // How long the other side may take to say goodbye.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly ConcurrentBag<SmtpClient> _idle = [];

    public string Description => address.ToString();

    public async Task<SendOutcome> SendAsync(OutgoingMail mail, CancellationToken cancellationToken)
    {
        SmtpClient? client = null;
        try
        {
            client = await ConnectAsync(cancellationToken);
            var message = MimeForm.Of(mail);
            var answer = await client.SendAsync(
                message, (MailboxAddress)message.From[0], [(MailboxAddress)message.To[0]], cancellationToken);
            _idle.Add(client);
            client = null;
            return new SendOutcome.Sent(answer);
        }
        catch (Exception error) when (SmtpFailure.Of(error, isConnected: client is not null) is { } outcome)
        {
            return outcome;
        }
        finally
        {
            client?.Dispose();
        }
    }

    public async Task<Finding> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var client = await ConnectAsync(cancellationToken);
            await client.NoOpAsync(cancellationToken);
            await client.DisconnectAsync(quit: true, cancellationToken);
            return Finding.Ok(address.User is null
                ? $"{Description} answers, without a sign-in" : $"{Description} answers and accepts user and password");
        }
        catch (Exception error) when (SmtpFailure.Of(error, isConnected: false) is { } outcome)
        {
            return Finding.Wrong($"{Description}: {outcome.Said}", "check SMTP_URL, and that the mail server runs");
        }
    }

    public Task RestAsync()
    {
        var open = new List<SmtpClient>();
        while (_idle.TryTake(out var client)) open.Add(client);
        return Task.WhenAll(open.Select(QuitAsync));
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var client)) client.Dispose();
    }

    private static async Task QuitAsync(SmtpClient client)
    {
        using (client)
        {
            using var late = new CancellationTokenSource(Farewell);
            try
            {
                await client.DisconnectAsync(quit: true, late.Token);
            }
#pragma warning disable CA1031 // Whatever the other side does at the end, the mails are with it.
            catch (Exception)
#pragma warning restore CA1031
            {
                // The connection is closed all the same.
            }
        }
    }

    private async Task<SmtpClient> ConnectAsync(CancellationToken cancellationToken)
    {
        while (_idle.TryTake(out var kept))
        {
            if (await AnswersAsync(kept, cancellationToken)) return kept;
            kept.Dispose();
        }

        // Lists of revoked certificates are downloads, which a mail must not wait for.
        var client = new SmtpClient { LocalDomain = name, CheckCertificateRevocation = false };
        try
        {
            client.ServerCertificateValidationCallback = IsTrusted;
            await client.ConnectAsync(address.Host, address.Port, Options, cancellationToken);
            if (address.User is { } user) await client.AuthenticateAsync(user, address.Password!, cancellationToken);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private static async Task<bool> AnswersAsync(SmtpClient client, CancellationToken cancellationToken)
    {
        try
        {
            if (!client.IsConnected) return false;
            await client.NoOpAsync(cancellationToken);
            return true;
        }
        catch (Exception error) when (SmtpFailure.Of(error, isConnected: true) is not null)
        {
            return false;
        }
    }

    private SecureSocketOptions Options => address.Encryption switch
    {
        SmtpEncryption.FromTheStart => SecureSocketOptions.SslOnConnect,
        // Refused where the server does not offer it: somebody on the way may have taken the offer out of its answer.
        SmtpEncryption.StartTls => SecureSocketOptions.StartTls,
        _ => SecureSocketOptions.None,
    };

    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        // The authority that is named stands in place of those of this machine.
        if (address.Trust.Files.RootPath is null || certificate is null) return errors == SslPolicyErrors.None;
        using var own = new X509Chain { ChainPolicy = address.Trust.OptionsFor(address.Host).CertificateChainPolicy! };
        foreach (var element in chain is null ? [] : chain.ChainElements.ToList()) own.ChainPolicy.ExtraStore.Add(element.Certificate);
        using var leaf = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return address.Trust.IsTrusted(own.Build(leaf)
            ? errors & ~SslPolicyErrors.RemoteCertificateChainErrors : errors | SslPolicyErrors.RemoteCertificateChainErrors);
    }
}
