using AuthServer.Data.Connection;

namespace AuthServer.Data.Starting;

/// <summary>
/// The migrations of this version. EF Core knows them too, but a start need not load it to ask; a test compares the two.
/// </summary>
public static class MigrationNames
{
    public static IReadOnlyList<string> Postgres { get; } = ["20261124140000_Initial", "20261124140001_SqlClients",
        "20261125164034_JsonApi", "20261128220000_SeedMarks", "20261129010617_Resources",
        "20261129080000_ChangeNotices"];

    public static IReadOnlyList<string> Sqlite { get; } = ["20261124140000_Initial", "20261125164038_JsonApi", "20261128220001_SeedMarks",
        "20261129010620_Resources"];

    public static IReadOnlyList<string> Of(DatabaseOptions options)
    {
        return options.IsEmbedded ? Sqlite : Postgres;
    }
}
