namespace AuthServer.Commands;

/// <summary>Shows on a terminal how many rows have passed; in a pipe it is quiet.</summary>
internal sealed class RowProgress : IProgress<long>, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Timer? _timer;
    private long _rows;

    public RowProgress()
    {
        if (Console.IsErrorRedirected) return;
        _timer = new Timer(_ => Console.Error.Write($"\r{Interlocked.Read(ref _rows):N0} rows "), null, Pause, Pause);
    }

    public void Report(long value) => Interlocked.Add(ref _rows, value);

    public void Dispose()
    {
        if (_timer is null) return;
        _timer.Dispose();
        Console.Error.Write("\r");
    }
}
