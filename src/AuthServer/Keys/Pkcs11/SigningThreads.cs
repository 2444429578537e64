using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace AuthServer.Keys.Pkcs11;

/// <summary>A few threads that sign, each with a session of its own, so that a call that hangs holds up no request for long.</summary>
/// <param name="name">Of the key, for the log.</param>
/// <param name="open">Opens a session. A session that has thrown is closed, and the next signature opens another.</param>
/// <param name="patience">How long a request waits.</param>
internal sealed partial class SigningThreads(string name, Func<ISigningSession> open, TimeSpan patience, ILogger log) : IDisposable
{
    // Requests that wait for a machine that does not answer hold a thread each: beyond this number they are refused at once.
    private const int MostWaiting = 64;

    // More sessions than that do not make a token faster, and machines have few of them.
    private static readonly int Sessions = Math.Clamp(Environment.ProcessorCount, 2, 8);

    private readonly BlockingCollection<Order> _orders = new(MostWaiting);
    private int _isAway;

    public SigningThreads Start()
    {
        for (var i = 0; i < Sessions; i++) new Thread(Work) { IsBackground = true, Name = "signing" }.Start();
        return this;
    }

    /// <exception cref="SigningUnavailableException">There is no answer in time, or a refusal.</exception>
    public byte[] Sign(byte[] digest)
    {
        var order = new Order(digest);
        if (!_orders.TryAdd(order)) throw Unavailable("too many requests wait for it", null);
        try
        {
            if (order.Answer.Task.Wait(patience)) return order.Answer.Task.Result;
        }
        catch (AggregateException failed) when (failed.InnerException is { } reason)
        {
            throw Unavailable(reason.Message, reason);
        }

        order.Answer.TrySetCanceled();
        Tell("it does not answer");
        throw Unavailable($"it has not answered within {patience.TotalSeconds:0.#} seconds", null);
    }

    // The threads close their sessions and end.
    public void Dispose() => _orders.CompleteAdding();

    [SuppressMessage(
        "Design", "CA1031", Justification = "Whatever the library of a machine throws: the request is told, and the thread lives on.")]
    private void Work()
    {
        ISigningSession? session = null;
        foreach (var order in _orders.GetConsumingEnumerable())
        {
            // Its request has given up.
            if (order.Answer.Task.IsCompleted) continue;
            try
            {
                session ??= open();
                order.Answer.TrySetResult(session.Sign(order.Digest));
                if (Interlocked.Exchange(ref _isAway, 0) == 1) LogBack(log, name);
            }
            catch (Exception e)
            {
                session?.Dispose();
                session = null;
                Tell(e.Message);
                order.Answer.TrySetException(e);
            }
        }

        session?.Dispose();
    }

    /// <summary>Once, not with each request.</summary>
    private void Tell(string reason)
    {
        if (Interlocked.Exchange(ref _isAway, 1) == 0) LogAway(log, name, reason);
    }

    private SigningUnavailableException Unavailable(string reason, Exception? inner) =>
        new($"{name} does not sign: {reason}. The server tries again with each request.", inner);

    [LoggerMessage(Level = LogLevel.Error, Message =
        "{Key} does not sign ({Reason}). Requests for tokens are answered with 503 until it does.")]
    private static partial void LogAway(ILogger logger, string key, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Key} signs again.")]
    private static partial void LogBack(ILogger logger, string key);

    private sealed record Order(byte[] Digest)
    {
        public TaskCompletionSource<byte[]> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>A session with a machine that signs. For one thread at a time.</summary>
internal interface ISigningSession : IDisposable
{
    byte[] Sign(byte[] digest);
}
