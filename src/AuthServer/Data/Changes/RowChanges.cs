namespace AuthServer.Data.Changes;

/// <summary>Tells the rooms that keep rows in memory which tables another process has written.</summary>
/// <remarks>
/// What is missed here is seen when the kept rows expire: keys in 2 s; clients, scopes and resources in 10 s; the origins of CORS in 30 s.
/// </remarks>
public sealed partial class RowChanges(IServiceProvider services, IEnumerable<KeptRows> kept, ILogger<RowChanges> log)
{
    /// <summary>For the moment at which notices may have been lost.</summary>
    public Task FollowAllAsync(CancellationToken cancellationToken) => FollowAsync(KeptTables.All, cancellationToken);

    /// <param name="tables">A name that is not one of <see cref="KeptTables"/>, as another version may send it, is ignored.</param>
    public async Task FollowAsync(IReadOnlyCollection<string> tables, CancellationToken cancellationToken)
    {
        foreach (var rows in kept)
        {
            if (!tables.Contains(rows.Table, StringComparer.Ordinal)) continue;
            try
            {
                await rows.FollowAsync(services, cancellationToken);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                LogNotFollowed(log, rows.Table, error);
            }
        }
    }

    [LoggerMessage(
        Level = LogLevel.Debug, Message = "A change of {Table} could not be read at once; it is seen when the kept rows expire.")]
    private static partial void LogNotFollowed(ILogger logger, string table, Exception error);
}
