using AuthServer.Clients.Directory;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;
using AuthServer.Email;
using AuthServer.Email.Letters;
using AuthServer.Protocol.Pending;
using AuthServer.RateLimits;
using AuthServer.Ui;
using AuthServer.Users.Profile;

namespace AuthServer.Protocol.Ciba;

/// <summary>Tells a person by mail that an app waits for them; without mail they find it in their account.</summary>
public sealed partial class CibaNotice(
    SqlRunner sql, Outbox outbox, MailSetup mail, CibaThrottle throttle, IssuerOptions issuer, ILogger<CibaNotice> log)
{
    private const string MailSql = Outbox.InsertWhere + "EXISTS (SELECT 1 FROM pending_authorizations p WHERE p.id = @row)";

    public async Task TellAsync(User person, Guid id, RegisteredClient client, PendingContent content, TimeSpan life)
    {
        try
        {
            if (!mail.IsOn || !await throttle.MayMailAsync(person.Id)) return;
            var letter = new ApprovalLetter(
                person.Email!, StandardClaims.LocaleOf(person), person.Id, client.Name, content.Message,
                $"{issuer.IssuerText}{PagePaths.Approve}?request={id:N}", life, content.Address);
            var row = outbox.Describe(letter);
            await sql.ExecuteAsync(MailSql, values => Outbox.Fill(values, row).Add("row", id), CancellationToken.None);
            outbox.Wake();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The client has its answer, and the person still finds the request in their account.
            LogNotTold(log, error);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A person was not told by mail that an app waits for them")]
    private static partial void LogNotTold(ILogger logger, Exception error);
}
