using System.Diagnostics;
using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

/// <summary>
/// What .NET runs first in a process that names this assembly in DOTNET_STARTUP_HOOKS: a server of a test that moves the clock.
/// </summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(SharedClock.FileVariable) is not { } file) return;
        var folder = Path.GetDirectoryName(typeof(StartupHook).Assembly.Location)!;
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            Path.Combine(folder, name.Name + ".dll") is var path && File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
        Follow(file);
    }

    // Not part of the method above: its types are found only after that.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Follow(string file) => SharedClock.FollowInThisProcess(file);
}

namespace AuthServer.IntegrationTests.Fixtures
{
    /// <summary>
    /// One clock for a test and the processes that it starts: the test moves it, and each process says how far it has come.
    /// </summary>
    /// <remarks>Every timer of a process that goes by its TimeProvider fires when its time has come on this clock.</remarks>
    internal sealed class SharedClock : IDisposable
    {
        public const string FileVariable = "AUTH_TEST__CLOCK", PlaceVariable = "AUTH_TEST__CLOCK_PLACE";
        private const int MostProcesses = 15;

        private readonly string _file = Path.GetTempFileName();
        private readonly MemoryMappedFile _map;
        private readonly MemoryMappedViewAccessor _view;
        private int _processes;

        public SharedClock()
        {
            (_map, _view) = Open(_file);
            _view.Write(0, Here.GetUtcNow().UtcTicks);
        }

        /// <summary>The clock in the process of the test.</summary>
        public FakeTimeProvider Here { get; } = new(TimeProvider.System.GetUtcNow());

        /// <summary>The environment of one more process.</summary>
        public (string Key, string Value)[] NextProcess() =>
        [
            ("DOTNET_STARTUP_HOOKS", typeof(SharedClock).Assembly.Location), (FileVariable, _file),
            (PlaceVariable, $"{++_processes}"),
        ];

        /// <summary>Moves the clock, and returns when the timers of the first processes have fired.</summary>
        /// <param name="processes">How many must still run.</param>
        public async Task AdvanceAsync(TimeSpan time, int processes)
        {
            Here.Advance(time);
            var now = Here.GetUtcNow().UtcTicks;
            _view.Write(0, now);
            var began = Stopwatch.GetTimestamp();
            for (var place = 1; place <= processes; place++)
            {
                while (_view.ReadInt64(place * sizeof(long)) < now)
                {
                    Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(60), "A process does not follow the clock.");
                    await Task.Delay(1);
                }
            }
        }

        public void Dispose()
        {
            _view.Dispose();
            _map.Dispose();
            File.Delete(_file);
        }

        public static void FollowInThisProcess(string file)
        {
            var (_, view) = Open(file);
            var place = int.Parse(Environment.GetEnvironmentVariable(PlaceVariable)!, System.Globalization.CultureInfo.InvariantCulture);
            var time = new FakeTimeProvider(new DateTimeOffset(view.ReadInt64(0), TimeSpan.Zero));
            _ = Task.Run(() => FollowAsync(view, place, time));
            DiagnosticListener.AllListeners.Subscribe(new Each<DiagnosticListener>(listener =>
            {
                if (listener.Name == "Microsoft.Extensions.Hosting") listener.Subscribe(new Each<KeyValuePair<string, object?>>(said =>
                {
                    // The last registration wins.
                    if (said is { Key: "HostBuilding", Value: IHostBuilder host })
                        host.ConfigureServices(services => services.AddSingleton<TimeProvider>(time));
                }));
            }));
        }

        private static async Task FollowAsync(MemoryMappedViewAccessor view, int place, FakeTimeProvider time)
        {
            while (true)
            {
                var now = view.ReadInt64(0);
                if (now > time.GetUtcNow().UtcTicks) time.SetUtcNow(new DateTimeOffset(now, TimeSpan.Zero));
                view.Write(place * sizeof(long), now);
                await Task.Delay(1);
            }
        }

        private static (MemoryMappedFile Map, MemoryMappedViewAccessor View) Open(string file)
        {
            var map = MemoryMappedFile.CreateFromFile(file, FileMode.OpenOrCreate, null, (1 + MostProcesses) * sizeof(long));
            return (map, map.CreateViewAccessor());
        }

        private sealed class Each<T>(Action<T> next) : IObserver<T>
        {
            public void OnNext(T value) => next(value);

            public void OnError(Exception error)
            {
                // A listener reports none.
            }

            public void OnCompleted()
            {
                // The process ends with it.
            }
        }
    }
}
