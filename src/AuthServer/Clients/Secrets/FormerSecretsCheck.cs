using System.Runtime.CompilerServices;
using AuthServer.Data.Checks;
using AuthServer.Data.Encryption;
using AuthServer.Data.Sql;
using AuthServer.Doctor;
using AuthServer.Keys;

namespace AuthServer.Clients.Secrets;

/// <summary>Whether anything still needs JWT_SECRET_PREVIOUS or SECRET_KEY_PREVIOUS.</summary>
public sealed class FormerSecretsCheck(
    DatabaseReach? reach = null, SecretOptions? secrets = null, RingKeys? ring = null,
    DataProtectionSealing? cookies = null, ClientSecrets? clients = null, Rewrap? rewrap = null,
    EmbeddedFile? file = null) : ICheck
{
    private const string Sql = "SELECT client_secret FROM clients WHERE client_secret IS NOT NULL";

    public string Name => "Former secrets";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (secrets is { SecretKeyPrevious: null, JwtSecretPrevious: null })
        {
            yield return Finding.Ok("none is set");
            yield break;
        }
        var (sql, skipped) = await DatabaseReach.OfTablesAsync(reach);
        if (sql is null || secrets is null || ring is null || cookies is null || clients is null || rewrap is null)
        {
            yield return skipped ?? Finding.Skipped("the secrets are refused");
            yield break;
        }
        if (secrets.JwtSecretPrevious is not null)
        {
            var keys = await sql.ListAsync(KeyRing.Rows, SqlValues.None, KeyRing.Read, cancellationToken);
            yield return Judge("JWT_SECRET_PREVIOUS", Count(keys.Count(k => ring.Renew(k).Value is not null), "key(s) of the ring"));
        }
        if (secrets.SecretKeyPrevious is not null)
        {
            var protection = await sql.ListAsync(Rewrap.CookieRows, SqlValues.None, Rewrap.ReadCookieKey, cancellationToken);
            var digests = await sql.ListAsync(Sql, SqlValues.None, row => row.GetString(0), cancellationToken);
            var people = await rewrap.CountTokensLeftAsync(cancellationToken);
            var mails = await rewrap.CountLettersLeftAsync(cancellationToken);
            yield return Judge(
                "SECRET_KEY_PREVIOUS",
                [.. Count(people, "value(s) of user_tokens"),
                    .. Count(mails, "mail(s)"),
                    .. Count(protection.Count(row => cookies.NeedsPrevious(row.Xml)), "key(s) of cookies"),
                    .. Count(digests.Count(clients.NeedsPreviousKey), "client secret(s), which move when the client authenticates"),
                    .. Count(file?.State() == FileState.Previous ? 1 : 0, "database file, which the next start encrypts anew")]);
        }
    }

    private static Finding Judge(string key, string[] left) => left.Length == 0
        ? Finding.Warning($"{key} is set, and nothing needs it any more", "remove it: what is not there cannot leak")
        : Finding.Warning(
            $"{key} is still needed by {string.Join("; ", left)}", "run AuthServer keys rewrap; clients list names the clients");

    private static string[] Count(int count, string what) => count == 0 ? [] : [$"{count} {what}"];
}
