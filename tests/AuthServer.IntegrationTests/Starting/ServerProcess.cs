using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Starting;

/// <summary>The built AuthServer.dll as an operator starts it: a process with its own environment, and nothing of this one's.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    // As a shell tells it: 128 and the number of the signal.
    private const int Killed = 128 + 9;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private ServerProcess(Process process) => _process = process;

    public string Output => string.Join('\n', _output);

    public string Errors => string.Join('\n', _errors);

    public bool HasExited => _process.HasExited;

    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'))
        .Parent!.Parent!.Parent!.Parent!.Parent!.FullName;

    public static ServerProcess Start(IEnumerable<(string Key, string Value)> environment, params string[] arguments) =>
        StartProject("AuthServer", environment, arguments);

    public static ServerProcess StartProject(
        string project, IEnumerable<(string Key, string Value)> environment, params string[] arguments) =>
        Start([Dll(project), .. arguments], environment);

    /// <summary>The AuthServer.dll of another build.</summary>
    public static ServerProcess StartProgram(
        string program, IEnumerable<(string Key, string Value)> environment, params string[] arguments) =>
        Start([program, .. arguments], environment);

    /// <summary>AuthServer with another runtimeconfig.json than the one that was built.</summary>
    public static ServerProcess StartWithRuntime(
        string runtimeConfiguration, IEnumerable<(string Key, string Value)> environment, params string[] arguments) =>
        Start(["exec", "--runtimeconfig", runtimeConfiguration, Dll("AuthServer"), .. arguments], environment);

    private static ServerProcess Start(string[] command, IEnumerable<(string Key, string Value)> environment)
    {
        var start = new ProcessStartInfo("dotnet", command)
        {
            // No terminal, so that no command asks the person who runs the tests.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment.Clear();
        foreach (var kept in new[] { "PATH", "HOME", "DOTNET_ROOT", "TMPDIR" })
        {
            if (Environment.GetEnvironmentVariable(kept) is { } value) start.Environment[kept] = value;
        }
        // Not the one port that all of them would want.
        start.Environment["MANAGEMENT_URLS"] = "off";
        // No balancer is to notice.
        start.Environment["DRAIN_TIME"] = "0s";
        foreach (var (key, value) in environment) start.Environment[key] = value;
        var server = new ServerProcess(new Process { StartInfo = start });
        server._process.OutputDataReceived += (_, line) => { if (line.Data is not null) server._output.Enqueue(line.Data); };
        server._process.ErrorDataReceived += (_, line) => { if (line.Data is not null) server._errors.Enqueue(line.Data); };
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        return server;
    }

    /// <summary>A line of what the system tells about the process, in bytes: VmRSS is its memory now, VmHWM the most it had.</summary>
    public long Memory(string line)
    {
        var text = File.ReadLines($"/proc/{_process.Id}/status").Single(l => l.StartsWith(line + ":", StringComparison.Ordinal));
        return long.Parse(
            text.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], System.Globalization.CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Whether the process has mapped an assembly.</summary>
    public bool HasLoaded(string assembly) =>
        File.ReadAllText($"/proc/{_process.Id}/maps").Contains($"/{assembly}.dll", StringComparison.Ordinal);

    /// <summary>Gets a page, and does not wait for one that never comes.</summary>
    public static async Task<HttpStatusCode> GetAsync(string address, string path)
    {
        using var client = new HttpClient { Timeout = Patience };
        using var answer = await client.GetAsync(new Uri(address + path));
        return answer.StatusCode;
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        IEnumerable<(string Key, string Value)> environment, params string[] arguments)
    {
        await using var server = Start(environment, arguments);
        return (await server.ExitAsync(), server.Output, server.Errors);
    }

    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>Returns once the address answers that it is ready.</summary>
    public async Task ReadyAsync(string address)
    {
        using var client = new HttpClient();
        await Eventually.UntilAsync("the server is ready", async () =>
        {
            Assert.False(_process.HasExited, $"The server ended while it started.\n{Output}\n{Errors}");
            try
            {
                using var answer = await client.GetAsync(new Uri($"{address}/health/ready"));
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
                return false;
            }
        }, () => $"{Output}\n{Errors}", Patience);
    }

    /// <summary>Asks it to stop, as an orchestrator does.</summary>
    public async Task<int> StopAsync()
    {
        await SignalAsync("TERM");
        return await ExitAsync();
    }

    /// <summary>SIGKILL.</summary>
    /// <returns>False: the process had ended by itself.</returns>
    public async Task<bool> KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        return _process.ExitCode == Killed;
    }

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public static string FreeAddress(string host = "127.0.0.1") => $"http://{host}:{FreePorts.Next()}";

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    /// <summary>The program beside the assembly, which needs no dotnet before it.</summary>
    public static string Program => Path.ChangeExtension(Dll("AuthServer"), null);

    public static string RuntimeConfiguration => Path.ChangeExtension(Dll("AuthServer"), "runtimeconfig.json");

    /// <summary>The folder of the AuthServer.dll that is tested: what tests/run.sh has published, or else what was built.</summary>
    public static string ProgramFolder { get; } =
        Environment.GetEnvironmentVariable("TESTED_SERVER") is { Length: > 0 } published ? published : BuiltFolder("AuthServer");

    private static string Dll(string project) =>
        Path.Combine(project == "AuthServer" ? ProgramFolder : BuiltFolder(project), project + ".dll");

    // The configuration and framework of the tests: tests/AuthServer.IntegrationTests/bin/Debug/net10.0 -> src/AuthServer/bin/Debug/net10.0
    private static string BuiltFolder(string project)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        return Path.Combine(Root, "src", project, "bin", output.Parent!.Name, output.Name);
    }
}
