using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using MimeKit;
using SmtpServer;
using SmtpServer.Authentication;
using SmtpServer.ComponentModel;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>A real mail server (RFC 5321) that keeps what it takes, for people who read it and tests that look at it.</summary>
public sealed class MailServer : IAsyncDisposable
{
    public const string User = "relay", Password = "p@ss:w/rd#1";

    private readonly ConcurrentQueue<MimeMessage> _mails = new();
    private readonly CancellationTokenSource _end = new();
    private readonly SmtpServer.SmtpServer _server;
    private readonly Task _running;
    private int _connections;

    private MailServer(int port, X509Certificate2? certificate, bool isTlsFromTheStart, bool asksForPassword)
    {
        Port = port;
        var options = new SmtpServerOptionsBuilder().ServerName("mail.example.test").Endpoint(endpoint =>
        {
            endpoint.Port(port).IsSecure(isTlsFromTheStart).AllowUnsecureAuthentication(certificate is null);
            if (certificate is not null) endpoint.Certificate(certificate);
            if (asksForPassword) endpoint.AuthenticationRequired();
        }).Build();
        var services = new ServiceProvider();
        services.Add(new Store(this));
        services.Add((IMailboxFilterFactory)new Filter(this));
        services.Add((IUserAuthenticatorFactory)new Authenticator());
        _server = new SmtpServer.SmtpServer(options, services);
        _server.SessionCreated += (_, _) => Interlocked.Increment(ref _connections);
        _running = _server.StartAsync(_end.Token);
    }

    public int Port { get; }

    /// <summary>Everything that was taken, the oldest first.</summary>
    public IReadOnlyList<MimeMessage> Mails => [.. _mails];

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>What is answered to a recipient; null: taken.</summary>
    public Func<string, SmtpResponse?> Recipients { get; set; } = _ => null;

    /// <summary>Runs when a mail has come, before it is answered.</summary>
    public Func<Task> BeforeAnswer { get; set; } = () => Task.CompletedTask;

    public static MailServer Start(
        X509Certificate2? certificate = null, bool isTlsFromTheStart = false, bool asksForPassword = false, int? port = null) =>
        new(port ?? FreePorts.Next(), certificate, isTlsFromTheStart, asksForPassword);

    /// <summary>Waits until mails have come to an address.</summary>
    public async Task<IReadOnlyList<MimeMessage>> ToAsync(string address, int count = 1)
    {
        await Eventually.UntilAsync(
            $"{count} mail(s) to {address} have come", () => To(address).Count >= count,
            () => string.Join('\n', Mails.Select(m => $"{m.To}: {m.Subject}")));
        return To(address);
    }

    public IReadOnlyList<MimeMessage> To(string address) => [.. Mails.Where(m => m.To.Mailboxes.Any(to => to.Address == address))];

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        try
        {
            await _running;
        }
        catch (OperationCanceledException)
        {
            // As it was told.
        }

        _end.Dispose();
    }

    private sealed class Store(MailServer server) : MessageStore
    {
        public override async Task<SmtpResponse> SaveAsync(
            ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
        {
            using var text = new MemoryStream(buffer.ToArray());
            await server.BeforeAnswer();
            server._mails.Enqueue(await MimeMessage.LoadAsync(text, cancellationToken));
            return SmtpResponse.Ok;
        }
    }

    private sealed class Filter(MailServer server) : MailboxFilter, IMailboxFilterFactory
    {
        public IMailboxFilter CreateInstance(ISessionContext context) => this;

        public override Task<bool> CanDeliverToAsync(
            ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken) =>
            server.Recipients(to.AsAddress()) is { } refusal ? throw new SmtpResponseException(refusal) : Task.FromResult(true);
    }

    private sealed class Authenticator : UserAuthenticator, IUserAuthenticatorFactory
    {
        public IUserAuthenticator CreateInstance(ISessionContext context) => this;

        public override Task<bool> AuthenticateAsync(
            ISessionContext context, string user, string password, CancellationToken cancellationToken) =>
            Task.FromResult((user, password) == (User, Password));
    }
}
