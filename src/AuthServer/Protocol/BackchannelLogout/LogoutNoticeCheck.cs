using System.Globalization;
using System.Runtime.CompilerServices;
using AuthServer.Data.Checks;
using AuthServer.Data.Sql;
using AuthServer.Doctor;

namespace AuthServer.Protocol.BackchannelLogout;

/// <summary>Whether apps take the news that sessions have ended.</summary>
public sealed class LogoutNoticeCheck(TimeProvider time, DatabaseReach? reach = null) : ICheck
{
    // As the alert of docker/monitoring has it.
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(15);

    private const string Sql =
        """
        SELECT (SELECT count(*) FROM logout_notices WHERE state = 1),
          (SELECT count(*) FROM logout_notices WHERE state = 0 AND signing_alg <> ''),
          (SELECT min(created_at) FROM logout_notices WHERE state = 0 AND signing_alg <> '')
        """;

    public string Name => "Logout notices";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (sql, skipped) = await DatabaseReach.OfTablesAsync(reach);
        if (sql is null)
        {
            yield return skipped ?? Finding.Skipped("the database was not looked at");
            yield break;
        }

        var (failed, waiting, since) = await sql.FirstValueAsync(
            Sql, SqlValues.None, static row => (row.GetInt64(0), row.GetInt64(1), row.TimeOrNull(2)), cancellationToken) ?? default;
        if (failed > 0)
            yield return Finding.Warning(
                string.Create(
                    CultureInfo.InvariantCulture, $"{failed} of the last 7 days were given up: apps do not know that sessions have ended"),
                "AuthServer logouts list says why; AuthServer logouts retry sends them again");
        if (since is { } first && time.GetUtcNow().UtcDateTime - first > Late)
        {
            yield return Finding.Warning(
                string.Create(CultureInfo.InvariantCulture, $"{waiting} wait(s), the oldest since {first:u}"),
                "AuthServer logouts list names the apps that do not take them");
        }
        else if (failed == 0) yield return Finding.Ok("apps take them");
    }
}
