using System.Security.Cryptography;
using AuthServer.Keys.Outside;
using Net.Pkcs11Interop.Common;

namespace AuthServer.Keys.Pkcs11;

/// <summary>A key in an HSM.</summary>
internal sealed class HsmKey : IRemoteKey, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HsmAddress _address;
    private readonly HsmLibrary _library;
    private readonly SigningThreads _threads;

    /// <summary>Signs in and reads the public key.</summary>
    public HsmKey(HsmAddress address, ILogger log)
    {
        (_address, _library) = (address, HsmLibrary.At(address.Module));
        using (var session = HsmSession.Open(_library, address)) PublicKey = session.PublicKey(address);
        _threads = new SigningThreads(address.Name, () => new Lasting(this), Patience, log).Start();
    }

    public AsymmetricAlgorithm PublicKey { get; }

    public byte[] Sign(byte[] digest) => _threads.Sign(digest);

    public void Dispose() => _threads.Dispose();

    private HsmSession Open()
    {
        try
        {
            return HsmSession.Open(_library, _address);
        }
        catch (Pkcs11Exception e) when (RefusedPins.Tells(e))
        {
            throw new SigningUnavailableException($"the PIN is refused ({e.RV}); restart the server with the right one", e);
        }
    }

    /// <summary>Opens the next session when the HSM has closed one.</summary>
    private sealed class Lasting(HsmKey key) : ISigningSession
    {
        private HsmSession? _session;

        // A session that was closed, a token that was taken out, a machine that was restarted: once more, from the beginning.
        public byte[] Sign(byte[] digest)
        {
            if (_session is not null)
            {
                try
                {
                    return _session.Sign(digest);
                }
                catch (Exception e) when (e is Pkcs11Exception or HsmException)
                {
                    Dispose();
                }
            }

            var generation = key._library.Generation;
            try
            {
                _session = key.Open();
            }
            catch (Exception e) when (e is Pkcs11Exception or HsmException)
            {
                // Not in the filter, which runs while the failed call still has its lock.
                if (!key._library.Restart(generation)) throw;
                _session = key.Open();
            }

            return _session.Sign(digest);
        }

        public void Dispose()
        {
            _session?.Dispose();
            _session = null;
        }
    }
}
