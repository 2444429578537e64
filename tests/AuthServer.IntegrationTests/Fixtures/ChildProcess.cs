using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>A program that a test starts, with what it said; disposing it kills it.</summary>
public sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private ChildProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
    }

    public string Output => string.Join('\n', _output);

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <param name="environment">Added to the environment of the tests.</param>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = "/",
        };
        foreach (var (key, value) in environment ?? new Dictionary<string, string>()) start.Environment[key] = value;
        var child = new ChildProcess(start);
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        child._process.StandardInput.Close();
        return child;
    }

    public static async Task RunAsync(string program, params string[] arguments)
    {
        using var child = Start(program, arguments);
        await child._process.WaitForExitAsync();
        if (child.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {child.ExitCode}:\n{child.Output}");
        }
    }

    public Task WaitForExitAsync(TimeSpan patience) => _process.WaitForExitAsync().WaitAsync(patience);

    /// <summary>Asks until the answer is yes; a program that ends instead, or takes too long, fails the test with its output.</summary>
    public Task WaitUntilAsync(string what, Func<Task<bool>> isSo, TimeSpan patience) => Eventually.UntilAsync(
        what, async () =>
        {
            if (await isSo()) return true;
            return _process.HasExited
                ? throw new InvalidOperationException($"The program ended with {ExitCode} before {what}:\n{Output}") : false;
        }, () => Output, patience);

    /// <summary>SIGKILL: the program gets no chance to finish anything.</summary>
    public void Kill()
    {
        if (_process.HasExited) return;
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    /// <summary>Whether something takes connections there.</summary>
    public static async Task<bool> ListensAsync(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>A program of a package that Debian installs where only root looks.</summary>
    public static string Find(string program) => Path.Combine("/usr/sbin", program) is var path && File.Exists(path) ? path : program;

    private void Keep(string? line)
    {
        if (line is not null) _output.Enqueue(line);
    }
}
