using System.Data.Common;
using AuthServer.Data.Connection;
using AuthServer.Data.Sql;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AuthServer.Data.Starting;

/// <summary>
/// The migrations of this version. EF Core knows them too, but a start need not load it to ask; a test compares the two.
/// </summary>
public static class MigrationNames
{
    // SQLITE_ERROR, which is what a statement on a missing table fails with.
    private const int NoSuchTable = 1;

    public static IReadOnlyList<string> Postgres { get; } = ["20261124140000_Initial", "20261124140001_SqlClients",
        "20261125164034_JsonApi", "20261128220000_SeedMarks", "20261129010617_Resources",
        "20261129080000_ChangeNotices", "20261129081500_JobStore", "20261129152416_AccountDeletion",
        "20261129155448_SecondFactors", "20261129162034_Passkeys", "20261129163550_MailOutbox", "20261129164210_AccountProofs",
        "20261129185948_PicturesAndThemes",
        "20261129214848_UpstreamSignIn",
        "20261129221828_LogoutNotices",
        "20261129224233_PendingAuthorizations",
        "20261129230231_SessionConfirmation",
        "20261130095000_SessionsOfClients"];

    public static IReadOnlyList<string> Sqlite { get; } = ["20261124140000_Initial", "20261125164038_JsonApi", "20261128220001_SeedMarks",
        "20261129010620_Resources", "20261129152420_AccountDeletion", "20261129155500_SecondFactors",
        "20261129162043_Passkeys", "20261129163610_MailOutbox", "20261129164220_AccountProofs",
        "20261129185952_PicturesAndThemes",
        "20261129214901_UpstreamSignIn",
        "20261129221838_LogoutNotices",
        "20261129224237_PendingAuthorizations",
        "20261129230234_SessionConfirmation",
        "20261130095001_SessionsOfClients"];

    public static IReadOnlyList<string> Of(DatabaseOptions options)
    {
        return options.IsEmbedded ? Sqlite : Postgres;
    }

    /// <returns>The migrations that the database has, also those of another version; none in a new one.</returns>
    public static async Task<IReadOnlyList<string>> AppliedAsync(SqlRunner sql, CancellationToken cancellationToken)
    {
        try
        {
            return await sql.ListAsync(
                "SELECT migration_id FROM \"__EFMigrationsHistory\"", SqlValues.None, row => row.GetString(0), cancellationToken);
        }
        catch (DbException e) when (
            e is PostgresException { SqlState: PostgresErrorCodes.UndefinedTable } or SqliteException { SqliteErrorCode: NoSuchTable })
        {
            return [];
        }
    }
}
