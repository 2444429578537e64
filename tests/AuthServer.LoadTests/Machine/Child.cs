using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace AuthServer.LoadTests.Machine;

/// <summary>A process that this one started, on its core, and that does not outlive it.</summary>
internal sealed class Child : IDisposable
{
    private const int KeptLines = 200;
    private static readonly ConcurrentDictionary<Child, bool> Running = new();
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    static Child()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => StopAll();
        Console.CancelKeyPress += (_, _) => StopAll();
    }

    private Child(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = start.RedirectStandardInput = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        try
        {
            _process.Start();
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new CannotRunException($"{start.FileName} could not be started: {exception.Message}");
        }
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Running[this] = true;
    }

    /// <summary>taskset and setpriv replace themselves by the program, so this is the program's own id.</summary>
    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>The last lines of what it printed.</summary>
    public string Output => string.Join('\n', _output);

    /// <param name="environment">Added to a bare one, or to this process's own when null is given for <paramref name="bare"/>.</param>
    public static Child Start(
        string core, string program, IEnumerable<string> arguments, IEnumerable<(
            string Key, string Value)>? environment = null, bool bare = false)
    {
        var start = new ProcessStartInfo("taskset", ["-c", core, program, .. arguments]) { WorkingDirectory = Path.GetTempPath() };
        // A server is measured as it is by default; this one is for the generator.
        start.Environment.Remove("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS");
        if (bare)
        {
            start.Environment.Clear();
            foreach (var kept in new[] { "PATH", "HOME", "DOTNET_ROOT", "TMPDIR" })
            {
                if (Environment.GetEnvironmentVariable(kept) is { } value) start.Environment[kept] = value;
            }
        }
        foreach (var (key, value) in environment ?? []) start.Environment[key] = value;
        return new Child(start);
    }

    /// <summary>Runs a program to its end and returns what it printed.</summary>
    public static async Task<string> RunAsync(string core, string program, string[] arguments, TimeSpan limit, string? folder = null)
    {
        var start = new ProcessStartInfo("taskset", ["-c", core, program, .. arguments]) { WorkingDirectory = folder
            ?? Path.GetTempPath() };
        using var child = new Child(start);
        await child.EndAsync(limit);
        return child.Output;
    }

    /// <summary>Waits for its end.</summary>
    /// <exception cref="CannotRunException">It takes longer, or fails.</exception>
    public async Task EndAsync(TimeSpan limit)
    {
        using var patience = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new CannotRunException($"{_process.StartInfo.ArgumentList[2]} did not end within {limit.TotalSeconds:0} s");
        }
        if (ExitCode == 0) return;
        var command = string.Join(' ', _process.StartInfo.ArgumentList.Skip(2).Take(2));
        throw new CannotRunException($"{command} ended with {ExitCode}: {Tail(6)}");
    }

    public string Tail(int lines) => string.Join(" | ", _output.TakeLast(lines));

    /// <summary>Returns once the condition holds; refuses to wait for a process that has ended.</summary>
    public async Task WaitUntilAsync(string what, Func<Task<bool>> condition, TimeSpan patience, int everyMilliseconds = 50)
    {
        var began = Stopwatch.StartNew();
        while (!await condition())
        {
            if (HasExited) throw new CannotRunException($"it ended while waiting until {what}: {Tail(6)}");
            if (began.Elapsed > patience) throw new CannotRunException($"{what}: not within {patience.TotalSeconds:0} s: {Tail(6)}");
            await Task.Delay(everyMilliseconds);
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static async Task<bool> ListensAsync(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public static void StopAll()
    {
        foreach (var child in Running.Keys) child.Dispose();
    }

    public void Dispose()
    {
        if (!Running.TryRemove(this, out _)) return;
        try
        {
            if (!_process.HasExited) _process.Kill();
            _process.WaitForExit(5000);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        _output.Enqueue(line);
        while (_output.Count > KeptLines) _output.TryDequeue(out _);
    }
}
