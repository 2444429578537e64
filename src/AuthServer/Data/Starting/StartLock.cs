using System.Data.Common;
using AuthServer.Configuration;
using AuthServer.Data.Connection;
using AuthServer.Data.Sql;

namespace AuthServer.Data.Starting;

/// <summary>Lets one process at a time do the start-up work, so that two replicas neither migrate nor make the first keys twice.</summary>
public static class StartLock
{
    private const long AdvisoryKey = 0x4175746853727631;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static Task<IAsyncDisposable> TakeAsync(
        DbDataSource source, DatabaseOptions options, DataDirectory directory, TimeProvider time, CancellationToken cancellation) =>
        options.IsEmbedded
            ? TakeFileAsync(directory, time, cancellation)
            : Task.FromResult<IAsyncDisposable>(AdvisoryLock.Take(source, options.IsPooled, AdvisoryKey, Patience));

    /// <summary>
    /// The operating system frees the file when the process ends. The empty file stays: deleting it would let two hold "the" lock.
    /// </summary>
    private static async Task<IAsyncDisposable> TakeFileAsync(DataDirectory directory, TimeProvider time, CancellationToken cancellation)
    {
        var path = directory.FileAt("start.lock");
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (time.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellation);
            }
        }
    }
}
