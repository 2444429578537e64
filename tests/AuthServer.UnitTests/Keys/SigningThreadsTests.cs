using System.Security.Cryptography;
using AuthServer.Keys;
using AuthServer.Keys.Pkcs11;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthServer.UnitTests.Keys;

/// <summary>A machine that signs, hangs, fails, and comes back.</summary>
public sealed class SigningThreadsTests
{
    private static readonly byte[] Digest = SHA256.HashData("token"u8);

    [Fact]
    public void A_machine_that_hangs_is_waited_for_a_while_and_works_on_when_it_answers_again()
    {
        using var gate = new ManualResetEventSlim();
        using var threads = Threads(() => new Session(digest =>
        {
            gate.Wait();
            return digest;
        }));
        var refused = Assert.Throws<SigningUnavailableException>(() => threads.Sign(Digest));
        Assert.Contains("has not answered within 1 seconds", refused.Message, StringComparison.Ordinal);
        // Every thread hangs now, and nobody waits for longer than before.
        Parallel.For(0, 4, _ => Assert.Throws<SigningUnavailableException>(() => threads.Sign(Digest)));
        gate.Set();
        Assert.Equal(Digest, threads.Sign(Digest));
    }

    [Fact]
    public async Task Beyond_the_most_that_wait_a_request_is_refused_at_once()
    {
        using var gate = new ManualResetEventSlim();
        using var threads = Threads(() => new Session(digest =>
        {
            gate.Wait();
            return digest;
        }), TimeSpan.FromSeconds(30));
        var callers = Enumerable.Range(0, 90).Select(_ => Task.Factory.StartNew(
            () => Record(() => threads.Sign(Digest)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))
            .ToArray();
        var first = await await Task.WhenAny(callers);
        Assert.Contains("too many requests wait", Assert.IsType<SigningUnavailableException>(first).Message, StringComparison.Ordinal);
        gate.Set();
        Assert.Contains(await Task.WhenAll(callers), refusal => refusal is null);
    }

    [Fact]
    public void A_session_that_fails_is_closed_and_the_next_signature_opens_another()
    {
        var (opened, closed) = (0, 0);
        using var threads = Threads(() => new Session(
            Interlocked.Increment(ref opened) == 1 ? _ => throw new InvalidOperationException("gone") : digest => digest,
            () => Interlocked.Increment(ref closed)));
        var refused = Assert.Throws<SigningUnavailableException>(() => threads.Sign(Digest));
        Assert.Contains("gone", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, closed);
        Assert.Equal(Digest, threads.Sign(Digest));
    }

    private static SigningThreads Threads(Func<ISigningSession> open, TimeSpan? patience = null) =>
        new SigningThreads("test", open, patience ?? TimeSpan.FromSeconds(1), NullLogger.Instance).Start();

    private static Exception? Record(Action act)
    {
        try
        {
            act();
            return null;
        }
        catch (SigningUnavailableException e)
        {
            return e;
        }
    }

    private sealed class Session(Func<byte[], byte[]> sign, Action? close = null) : ISigningSession
    {
        public byte[] Sign(byte[] digest) => sign(digest);

        public void Dispose() => close?.Invoke();
    }
}
