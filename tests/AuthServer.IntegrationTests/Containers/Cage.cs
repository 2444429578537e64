using System.Runtime.InteropServices;
using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Containers;

/// <summary>
/// The start command of the image without a container engine: its user, its environment and its entry point on a read-only root file
/// system, within 512 MiB and one core. cage.sh makes that; it needs root, or sudo that asks for no password.
/// </summary>
public sealed class Cage : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("authserver-cage-");
    private readonly string _name = $"authserver-cage-{Guid.CreateVersion7():N}";
    private readonly string _user = Dockerfile.Server.Single("USER").Split(':')[0];
    private readonly List<ChildProcess> _started = [];
    private ChildProcess? _server;

    public string Address { get; } = ServerProcess.FreeAddress("localhost");

    public string Output => _server!.Output;

    public async ValueTask InitializeAsync()
    {
        var data = Path.Combine(_folder.FullName, "data");
        Directory.CreateDirectory(data);
        File.Copy(Seed.File, Path.Combine(data, "seed.json"));
        await AsRootAsync("chown", "-R", _user, data);
        _server = Start(Words(Dockerfile.Server.Single("ENTRYPOINT")));
        await _server.WaitUntilAsync("it is ready", IsReadyAsync, Patience);
    }

    /// <summary>Runs another command in a cage of its own over the same data.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(params string[] command)
    {
        var process = Start(command);
        await process.WaitForExitAsync(Patience);
        // The first two lines are those of cage.sh.
        return (process.ExitCode, string.Join('\n', process.Output.Split('\n').Skip(2)));
    }

    /// <summary>SIGTERM, as an engine stops a container.</summary>
    public async Task<int> StopAsync()
    {
        await AsRootAsync("kill", "-TERM", Pid(_server!));
        await _server!.WaitForExitAsync(Patience);
        return _server.ExitCode;
    }

    /// <summary>The most memory that it had, in bytes.</summary>
    public long PeakMemory()
    {
        var line = File.ReadLines($"/proc/{Pid(_server!)}/status").Single(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], null) * 1024;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _started)
        {
            if (!process.HasExited) await AsRootAsync("kill", "-KILL", Pid(process));
            await process.WaitForExitAsync(Patience);
            process.Dispose();
        }
        foreach (var group in new[] { "", "memory/", "cpu/" }.Select(kind => $"/sys/fs/cgroup/{kind}{_name}").Where(Directory.Exists))
            await AsRootAsync("rmdir", group);
        await AsRootAsync("rm", "-rf", _folder.FullName);
    }

    /// <summary>The words of an instruction in its JSON form.</summary>
    public static string[] Words(string json) => JsonSerializer.Deserialize<string[]>(json)!;

    private ChildProcess Start(string[] command)
    {
        var root = Directory.CreateDirectory(Path.Combine(_folder.FullName, $"root-{_started.Count}"));
        var image = Dockerfile.Server.Environment.ToDictionary();
        image["ASPNETCORE_URLS"] = $"http://+:{new Uri(Address).Port}";
        string[] settings =
        [
            .. image.Select(pair => $"{pair.Key}={pair.Value}"), $"API_BASE_URL={Address}", "TRUSTED_PROXIES=127.0.0.1",
            "MANAGEMENT_URLS=off", "DRAIN_TIME=0s", "AUTHSERVER_SEED=/data/seed.json", "DOTNET_RUNNING_IN_CONTAINER=true",
            "SIGNINS_PER_ADDRESS_PER_MINUTE=1000000", "RATE_LIMIT_PER_HOUR=1000000", "SESSIONS_PER_PERSON=100000",
            "OVERLOAD_QUEUE_MILLISECONDS=0",
        ];
        var app = Path.GetDirectoryName(ServerProcess.RuntimeConfiguration)!;
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var script = Path.Combine(ServerProcess.Root, "tests", "AuthServer.IntegrationTests", "Containers", "cage.sh");
        var process = ChildProcess.Start(Root[0], [.. Root[1..], "unshare", "--mount", "sh", script, _name, root.FullName, app,
            Path.Combine(_folder.FullName, "data"), dotnet, _user, .. settings, .. command]);
        _started.Add(process);
        return process;
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            return await ServerProcess.GetAsync(Address, "/health/ready") == System.Net.HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    // Under sudo it is another process than the one that was started.
    private static string Pid(ChildProcess process) =>
        process.Output.Split('\n').First(line => line.StartsWith("pid ", StringComparison.Ordinal))[4..];

    private static string[] Root => Environment.IsPrivilegedProcess ? ["env"] : ["sudo", "-n"];

    private static Task AsRootAsync(params string[] command) => ChildProcess.RunAsync(Root[0], [.. Root[1..], .. command]);
}
