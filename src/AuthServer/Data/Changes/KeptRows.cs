namespace AuthServer.Data.Changes;

/// <summary>Rows of one table that a room keeps in memory, and how it learns that they may have changed.</summary>
/// <param name="Table">One of <see cref="KeptTables"/>.</param>
/// <param name="FollowAsync">Forgets what is kept, or reads it anew.</param>
public sealed record KeptRows(string Table, Func<IServiceProvider, CancellationToken, Task> FollowAsync)
{
    public static KeptRows Of<T>(string table, Action<T> forget) where T : notnull => new(table, (provider, _) =>
    {
        forget(provider.GetRequiredService<T>());
        return Task.CompletedTask;
    });
}

/// <summary>The tables whose rows are kept in memory. On PostgreSQL each has the trigger <c>announce_change</c>.</summary>
public static class KeptTables
{
    public const string Clients = "clients", Scopes = "scopes", Resources = "resources", Keys = "keys";

    public static IReadOnlyList<string> All { get; } = [Clients, Scopes, Resources, Keys];
}
