namespace AuthServer.Commands;

/// <summary>Shows on a terminal how much of a file has been written; in a pipe it is quiet.</summary>
internal sealed class FileProgress : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Timer? _timer;

    /// <param name="source">Whose size the written file will have, more or less.</param>
    public FileProgress(string source, string written)
    {
        if (Console.IsOutputRedirected) return;
        _timer = new Timer(_ => Show(new FileInfo(source), new FileInfo(written)), null, Pause, Pause);
    }

    public void Dispose() => _timer?.Dispose();

    private static void Show(FileInfo source, FileInfo written)
    {
        if (source is { Exists: true, Length: > 0 } && written.Exists)
            Console.Write($"\r{100 * Math.Min(written.Length, source.Length) / source.Length} % ");
    }
}
