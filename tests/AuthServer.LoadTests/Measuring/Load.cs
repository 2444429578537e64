using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Wire;

namespace AuthServer.LoadTests.Measuring;

/// <summary>One of the connections of a load, which does one thing after the other.</summary>
internal sealed class Lane(int index, HttpConnection connection)
{
    public int Index { get; } = index;

    public HttpConnection Connection { get; } = connection;

    /// <summary>How many operations it has done.</summary>
    public int Turn { get; set; }
}

/// <summary>A prepared workload against one server: lanes that repeat an operation.</summary>
/// <param name="step">Does one operation; returns what was wrong with the answer, or null.</param>
internal sealed class Load(Contender server, int connections, Func<Lane, ValueTask<string?>> step) : IDisposable
{
    public Contender Server { get; } = server;

    public IReadOnlyList<Lane> Lanes { get; } = [.. Enumerable.Range(0, connections).Select(i => new Lane(i, server.Connect()))];

    public Func<Lane, ValueTask<string?>> Step { get; } = step;

    /// <summary>Further servers whose CPU time counts, and which end with the load.</summary>
    public List<Contender> Others { get; } = [];

    /// <summary>What else ends with the load.</summary>
    public List<IDisposable> Owned { get; } = [];

    /// <summary>What a reader of the figures must know.</summary>
    public string? Remark { get; init; }

    public TimeSpan Cpu() => Others.Aggregate(Server.Cpu(), (sum, other) => sum + other.Cpu());

    public void Dispose()
    {
        foreach (var lane in Lanes) lane.Connection.Dispose();
        foreach (var other in Others) other.Dispose();
        foreach (var owned in Owned) owned.Dispose();
    }
}
