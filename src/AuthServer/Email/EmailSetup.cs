using System.Runtime.CompilerServices;
using AuthServer.Configuration;
using AuthServer.Email.Delivery;
using AuthServer.Email.Transports;
using AuthServer.Ui.Emails;
using AuthServer.Ui.Layout;

namespace AuthServer.Email;

public static class EmailSetup
{
    /// <summary>Registers the outbox, and what a mail needs on its way out.</summary>
    public static IServiceCollection AddEmail(this IServiceCollection services)
    {
        services.AddSingleton<MailSetup>();
        services.AddSingleton<MailSignal>();
        services.AddSingleton<DeliveryStates>();
        services.AddSingleton<Outbox>();
        services.AddSingleton<OutboxRows>();
        services.AddScoped<OutboxView>();
        services.AddSingleton(provider => new MailLook(
            provider.GetRequiredService<Branding>(), provider.GetRequiredService<IssuerOptions>().IssuerText));
        services.AddSingleton<MailComposition>();
        services.AddSingleton<MailAttempt>();
        services.AddSingleton<DeliveryRound>();
        services.AddSingleton<MailFolder>();
        services.AddSingleton<MailTrial>();
        return services.AddSingleton(provider => NewTransport(
            provider.GetRequiredService<EmailOptions>(), provider.GetRequiredService<IssuerOptions>(),
            provider.GetRequiredService<MailFolder>(), provider.GetRequiredService<TimeProvider>()));
    }

    /// <summary>Not for a drill, whose database holds mails that the server itself has sent long ago.</summary>
    public static IServiceCollection AddMailDelivery(this IServiceCollection services) => services.AddHostedService<MailDelivery>();

    internal static IMailTransport NewTransport(EmailOptions options, IssuerOptions issuer, MailFolder folder, TimeProvider time) =>
        options.Smtp is not null ? NewSmtp(options, issuer)
        : options.Service is { } service ? new HttpTransport(NewApi(service, options), time)
        : new FileTransport(folder);

    // A method that names a type of MailKit loads it as soon as the method is compiled.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static SmtpTransport NewSmtp(EmailOptions options, IssuerOptions issuer) => new(options.Smtp!, issuer.Issuer.IdnHost);

    private static IMailApi NewApi(EmailServiceName service, EmailOptions options) => service switch
    {
        EmailServiceName.Resend => new ResendApi(options.ServiceUrl, options.ApiKey!),
        EmailServiceName.Postmark => new PostmarkApi(options.ServiceUrl, options.ApiKey!),
        EmailServiceName.SendGrid => new SendGridApi(options.ServiceUrl, options.ApiKey!),
        EmailServiceName.Mailgun => new MailgunApi(options.ServiceUrl, options.ApiKey!, options.Sender!.Domain),
        EmailServiceName.Json => new JsonMailApi(options.ServiceUrl!, options.ApiKey),
        _ => throw new InvalidOperationException($"{service} is no e-mail service."),
    };
}
