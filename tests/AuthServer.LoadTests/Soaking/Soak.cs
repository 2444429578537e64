using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Reporting;
using AuthServer.LoadTests.Wire;

namespace AuthServer.LoadTests.Soaking;

/// <summary>People who each sign in, and then act every half minute or so, until the time is over.</summary>
internal sealed class Soak(OurServer server, ResourceApiServer api, Stage stage, int users, int mostConnections) : IAsyncDisposable
{
    public const string SignIn = "sign-in";

    private const int SignInLanes = 6, ApiConnections = 64, ThinkMilliseconds = 30_000;

    private readonly SoakRecord _record = new();
    private readonly BlockingCollection<HttpConnection> _toApi = [];
    private readonly List<HttpConnection> _connections = [];
    private readonly SoakPerson?[] _people = new SoakPerson?[users];
    private readonly SemaphoreSlim _apiSlots = new(ApiConnections);

    /// <returns>Whether every answer was right.</returns>
    public async Task<bool> RunAsync(TimeSpan time)
    {
        for (var i = 0; i < ApiConnections; i++) _toApi.Add(api.Connect());
        using var stop = new CancellationTokenSource();
        var watch = new SoakWatch(server, stage);
        var watching = watch.RunAsync(stop.Token);

        var clock = Stopwatch.StartNew();
        await SignInAllAsync();
        var standing = _people.Count(p => p is not null);
        Console.WriteLine(
            $"{standing} people signed in after {clock.Elapsed.TotalSeconds:0} s; now {time.TotalMinutes:0.#} minutes of use ...");

        var (cpu, apiCpu, generator) = (server.Cpu(), api.Cpu(), Environment.CpuUsage.TotalTime);
        clock.Restart();
        await Task.WhenAll(
            _people.Index().Where(p => p.Item is not null)
                .Select(p => LiveAsync(p.Item!, keepsConnection: p.Index < mostConnections, clock, time)));
        var seconds = clock.Elapsed.TotalSeconds;
        await stop.CancelAsync();
        await watching;

        Console.WriteLine(_record.Table());
        Console.WriteLine(
            $"server: {(server.Cpu() - cpu) / TimeSpan.FromSeconds(seconds):P0} of its core, " +
            $"at most {Numbers.Short(watch.MostMegabytes)} MB, {watch.MostOpenFiles} open files, " +
            $"{watch.MostDatabaseConnections} database connections (100 allowed)");
        Console.WriteLine(
            $"ResourceApi: {(api.Cpu() - apiCpu) / TimeSpan.FromSeconds(seconds):P0} of the same core, " +
            $"{Numbers.Short(api.ResidentMegabytes())} MB; " +
            $"generator {(Environment.CpuUsage.TotalTime - generator) / TimeSpan.FromSeconds(seconds):P0} of the other");
        Console.WriteLine($"{standing} people at once, {_record.Errors} errors");
        return _record.Errors == 0 && standing == users && watch.MostDatabaseConnections <= 100;
    }

    public ValueTask DisposeAsync()
    {
        foreach (var connection in _connections.Concat(_toApi)) connection.Dispose();
        _toApi.Dispose();
        _apiSlots.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task SignInAllAsync()
    {
        var next = -1;
        for (var i = 0; i < users; i++) _connections.Add(server.Connect());
        await Task.WhenAll(Enumerable.Range(0, SignInLanes).Select(_ => Task.Run(async () =>
        {
            using var lane = server.Connect();
            var form = await server.OpenSignInAsync(lane);
            for (int person; (person = Interlocked.Increment(ref next)) < users;)
            {
                await TimedAsync(SignIn, async ValueTask<string?> () =>
                {
                    var answer = await lane.SendAsync(form.Post(server.Host, person));
                    if (answer.Status is not (200 or 302 or 303)) return answer.Describe();
                    var cookie = string.Join(
                        "; ", answer.Cookies().Where(c => c.Name.EndsWith("session", StringComparison.Ordinal))
                            .Select(c => $"{c.Name}={c.Value}"));
                    var connection = _connections[person];
                    var flow = await AuthorizationRequest.New(server, Cast.App, Cast.ChainScope).RunAsync(connection, cookie);
                    if (flow.Problem is null) _people[person] = new(server, connection, cookie, new(flow.AccessToken!, flow.RefreshToken!));
                    return flow.Problem;
                });
                if ((person + 1) % 1000 == 0) Console.WriteLine($"  {person + 1} signed in");
            }
        })));
    }

    private async Task LiveAsync(SoakPerson person, bool keepsConnection, Stopwatch clock, TimeSpan time)
    {
        // They did not all come at the same moment.
        await Task.Delay(RandomNumberGenerator.GetInt32(ThinkMilliseconds));
        while (clock.Elapsed < time)
        {
            switch (RandomNumberGenerator.GetInt32(20))
            {
                case < 10:
                    await CallApiAsync(person);
                    break;
                case < 15:
                    await TimedAsync("refresh", person.RefreshAsync);
                    break;
                case < 18:
                    await TimedAsync("introspection", person.AskIntrospectionAsync);
                    break;
                default:
                    await TimedAsync("code flow", person.OpenAppAsync);
                    break;
            }
            if (!keepsConnection) person.Connection.Dispose();
            await Task.Delay((ThinkMilliseconds / 2) + RandomNumberGenerator.GetInt32(ThinkMilliseconds));
        }
    }

    private async Task CallApiAsync(SoakPerson person)
    {
        await _apiSlots.WaitAsync();
        var connection = _toApi.Take();
        await TimedAsync("API call", () => person.CallApiAsync(api, connection));
        _toApi.Add(connection);
        _apiSlots.Release();
    }

    private async Task TimedAsync(string kind, Func<ValueTask<string?>> act)
    {
        var began = Stopwatch.GetTimestamp();
        string? problem;
        try
        {
            problem = await act();
        }
        catch (Exception exception) when (exception is SocketException or EndOfStreamException)
        {
            problem = exception.Message;
        }
        _record.Add(kind, Stopwatch.GetElapsedTime(began), problem);
    }
}
