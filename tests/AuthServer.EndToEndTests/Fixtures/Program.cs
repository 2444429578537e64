using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;

namespace AuthServer.EndToEndTests.Fixtures;

/// <summary>A program that the journeys need, with what it said; disposing it ends it.</summary>
internal sealed class Program : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private Program(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
    }

    public string Output => string.Join('\n', _output);

    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = RootAbove(new DirectoryInfo(AppContext.BaseDirectory));

    public static Program Start(
        string program, IEnumerable<string> arguments, string folder, params (string Key, string Value)[] environment)
    {
        var start = new ProcessStartInfo(
            program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
            RedirectStandardInput = true };
        foreach (var (key, value) in environment) start.Environment[key] = value;
        var started = new Program(start);
        started._process.Start();
        started._process.BeginOutputReadLine();
        started._process.BeginErrorReadLine();
        started._process.StandardInput.Close();
        return started;
    }

    /// <summary>Runs it to its end, which must be a good one.</summary>
    /// <returns>What it said.</returns>
    public static async Task<string> RunAsync(
        string program, IEnumerable<string> arguments, string folder, params (string Key, string Value)[] environment)
    {
        using var run = Start(program, arguments, folder, environment);
        await run._process.WaitForExitAsync().WaitAsync(Patience);
        if (run._process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {run._process.ExitCode}:\n{run.Output}");
        return run.Output;
    }

    /// <summary>The program of a project of src/: what tests/run.sh has published, or else what was built with the tests.</summary>
    public static string Dll(string project)
    {
        if (project == "AuthServer" && Environment.GetEnvironmentVariable("TESTED_SERVER") is { Length: > 0 } published)
            return Path.Combine(published, project + ".dll");
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        return Path.Combine(Root, "src", project, "bin", output.Parent!.Name, output.Name, project + ".dll");
    }

    /// <summary>Returns once the address answers well.</summary>
    public async Task AnswersAsync(string address)
    {
        // Which certificate an https address shows is not what is waited for.
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
        };
        using var client = new HttpClient(handler);
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < Patience)
        {
            if (_process.HasExited) throw new InvalidOperationException($"The program ended with {_process.ExitCode}:\n{Output}");
            try
            {
                using var answer = await client.GetAsync(new Uri(address));
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            await Task.Delay(100);
        }
        throw new TimeoutException($"{address} does not answer:\n{Output}");
    }

    /// <summary>Returns once something takes connections at the port.</summary>
    public async Task ListensAsync(int port)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < Patience)
        {
            if (_process.HasExited) throw new InvalidOperationException($"The program ended with {_process.ExitCode}:\n{Output}");
            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync("localhost", port);
                return;
            }
            catch (SocketException)
            {
                // It does not listen yet.
            }
            await Task.Delay(50);
        }
        throw new TimeoutException($"Nothing listens at {port}:\n{Output}");
    }

    /// <summary>Returns once it has printed the text.</summary>
    public async Task SaysAsync(string text)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
            {
                throw new TimeoutException($"The program does not say {text}:\n{Output}");
            }
            await Task.Delay(50);
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }
        _process.Dispose();
    }

    private static string RootAbove(DirectoryInfo? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AuthPlatform.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests run from within the repository.");
    }

    private void Keep(string? line)
    {
        if (line is not null) _output.Enqueue(line);
    }
}
