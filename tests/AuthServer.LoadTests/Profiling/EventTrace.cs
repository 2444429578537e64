using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing.Parsers;

namespace AuthServer.LoadTests.Profiling;

/// <summary>Records an EventPipe session of a .NET process: stacks every millisecond, and allocations.</summary>
internal static class EventTrace
{
    public static async Task<T> RecordAsync<T>(int processId, string path, Func<Task<T>> during)
    {
        var client = new DiagnosticsClient(processId);
        EventPipeProvider[] providers =
        [
            new("Microsoft-DotNETCore-SampleProfiler", EventLevel.Informational),
            // GC for allocation ticks (verbose), the others to give names to addresses.
            new(
                "Microsoft-Windows-DotNETRuntime", EventLevel.Verbose, (long)(
                    ClrTraceEventParser.Keywords.GC | ClrTraceEventParser.Keywords.Loader | ClrTraceEventParser.Keywords.Jit)),
        ];
        using var session = await client.StartEventPipeSessionAsync(
            providers, requestRundown: true, circularBufferMB: 512, CancellationToken.None);
        await using var file = File.Create(path);
        var copying = session.EventStream.CopyToAsync(file);
        var result = await during();
        await session.StopAsync(CancellationToken.None);
        await copying;
        return result;
    }
}
