using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using AuthServer.Keys.Outside;
using Net.Pkcs11Interop.Common;

namespace AuthServer.Keys.Pkcs11;

/// <summary>A key in an HSM. A few threads sign, each with a session of its own, so that a call that hangs holds up no request.</summary>
internal sealed partial class HsmKey : IRemoteKey, IDisposable
{
    // More sessions than that do not make a token faster, and machines have few of them.
    private static readonly int Sessions = Math.Clamp(Environment.ProcessorCount, 2, 8);

    // Requests that wait for a machine that does not answer hold a thread each: beyond this number they are refused at once.
    private const int MostWaiting = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HsmAddress _address;
    private readonly HsmLibrary _library;
    private readonly ILogger _log;
    private readonly BlockingCollection<Order> _orders = new(MostWaiting);
    private volatile bool _pinRefused;
    private int _isAway;

    /// <summary>Signs in and reads the public key.</summary>
    public HsmKey(HsmAddress address, ILogger log)
    {
        (_address, _library, _log) = (address, HsmLibrary.At(address.Module), log);
        using (var session = HsmSession.Open(_library, address)) PublicKey = session.PublicKey(address);
        for (var i = 0; i < Sessions; i++) new Thread(Work) { IsBackground = true, Name = "PKCS#11" }.Start();
    }

    public AsymmetricAlgorithm PublicKey { get; }

    public byte[] Sign(byte[] digest)
    {
        var order = new Order(digest);
        if (!_orders.TryAdd(order)) throw Unavailable("too many requests wait for it", null);
        try
        {
            if (order.Answer.Task.Wait(Patience)) return order.Answer.Task.Result;
        }
        catch (AggregateException failed) when (failed.InnerException is { } reason)
        {
            throw Unavailable(Text(reason), reason);
        }

        order.Answer.TrySetCanceled();
        throw Unavailable($"it has not answered within {Patience.TotalSeconds:0} seconds", null);
    }

    // The threads close their sessions and end.
    public void Dispose() => _orders.CompleteAdding();

    [SuppressMessage(
        "Design", "CA1031", Justification = "Whatever the library of a machine throws: the request is told, and the thread lives on.")]
    private void Work()
    {
        HsmSession? session = null;
        foreach (var order in _orders.GetConsumingEnumerable())
        {
            // Its request has given up.
            if (order.Answer.Task.IsCompleted) continue;
            try
            {
                order.Answer.TrySetResult(SignAgain(ref session, order.Digest));
                if (Interlocked.Exchange(ref _isAway, 0) == 1) LogBack(_log, _address.Name);
            }
            catch (Exception e)
            {
                session?.Dispose();
                session = null;
                _pinRefused |= IsPinRefused(e);
                if (Interlocked.Exchange(ref _isAway, 1) == 0) LogAway(_log, _address.Name, Text(e));
                order.Answer.TrySetException(e);
            }
        }

        session?.Dispose();
    }

    // A session that was closed, a token that was taken out, a machine that was restarted: once more, from the beginning.
    private byte[] SignAgain(ref HsmSession? session, byte[] digest)
    {
        if (session is not null)
        {
            try
            {
                return session.Sign(digest);
            }
            catch (Exception e) when (e is Pkcs11Exception or HsmException)
            {
                session.Dispose();
                session = null;
            }
        }

        if (_pinRefused) throw new HsmException("the PIN was refused; restart the server with the right one");
        var generation = _library.Generation;
        try
        {
            session = HsmSession.Open(_library, _address);
        }
        catch (Exception e) when (e is Pkcs11Exception or HsmException && !IsPinRefused(e))
        {
            // Not in the filter, which runs while the failed call still has its lock.
            if (!_library.Restart(generation)) throw;
            session = HsmSession.Open(_library, _address);
        }

        return session.Sign(digest);
    }

    private static bool IsPinRefused(Exception e) => e is Pkcs11Exception { RV: CKR.CKR_PIN_INCORRECT or CKR.CKR_PIN_LOCKED };

    private SigningUnavailableException Unavailable(string reason, Exception? inner) =>
        new($"The HSM of {_address.Name} does not sign: {reason}. The server tries again with each request.", inner);

    private static string Text(Exception e) => e is Pkcs11Exception refused ? refused.RV.ToString() : e.Message;

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
