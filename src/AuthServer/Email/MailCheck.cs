using System.Runtime.CompilerServices;
using AuthServer.Configuration;
using AuthServer.Data.Checks;
using AuthServer.Data.Sql;
using AuthServer.Doctor;
using AuthServer.Email.Transports;

namespace AuthServer.Email;

/// <summary>Whether the mail server or service takes mails of this server, and whether mails were given up.</summary>
public sealed class MailCheck(
    EmailOptions options, IssuerOptions issuer, DataDirectory data, IHostEnvironment environment, TimeProvider time,
    DatabaseReach? reach = null) : ICheck
{
    private const string FailedSql = "SELECT count(*) FROM mail_outbox WHERE state = 2";

    public string Name => "Mail";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!options.IsConfigured && !environment.IsDevelopment())
        {
            yield return Finding.Skipped("nothing is configured, so that what needs mail is off");
            yield break;
        }

        if (options.IsRefused)
        {
            yield return Finding.Skipped("its settings are refused");
            yield break;
        }

        if (options.Smtp is { Encryption: SmtpEncryption.None } smtp && !DatabaseTlsCheck.IsHere(smtp.Host))
            yield return Finding.Warning(
                "the connection is plain: the network reads links that sign people in", "remove tls=none from SMTP_URL");
        var transport = EmailSetup.NewTransport(options, issuer, new MailFolder(data), time);
        using (transport as IDisposable) yield return await transport.LookAsync(cancellationToken);
        var (sql, _) = await DatabaseReach.OfTablesAsync(reach);
        if (sql is null) yield break;
        var failed = await sql.FirstValueAsync(FailedSql, SqlValues.None, row => row.GetInt64(0), cancellationToken);
        if (failed > 0)
            yield return Finding.Warning(
                $"{failed} mail(s) of the last 30 days were given up",
                "AuthServer mail list says why; AuthServer mail retry sends them again");
    }
}
