using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Keys.Outside;

/// <summary>Lets Microsoft.IdentityModel sign with a key that is elsewhere. It verifies with the public key, as with any other.</summary>
internal sealed class RemoteSigning(IRemoteKey remote, SigningOutages outages) : ICryptoProvider
{
    // Its own factory, and no cache: a provider from the cache is shared by all keys of one thumbprint.
    public static void Attach(SecurityKey key, IRemoteKey remote, SigningOutages outages) => key.CryptoProviderFactory = new()
    {
        CustomCryptoProvider = new RemoteSigning(remote, outages),
        CacheSignatureProviders = false,
    };

    // The third argument says whether signatures are made, and not only verified.
    public bool IsSupportedAlgorithm(string algorithm, params object[] args) => args is [SecurityKey, true];

    public object Create(string algorithm, params object[] args) => new Provider((SecurityKey)args[0], algorithm, remote, outages);

    public void Release(object cryptoInstance)
    {
        // A provider holds nothing of its own.
    }

    private sealed class Provider(SecurityKey key, string algorithm, IRemoteKey remote, SigningOutages outages)
        : SignatureProvider(key, algorithm)
    {
        public override byte[] Sign(byte[] input) => SignDigest(SHA256.HashData(input));

        public override byte[] Sign(byte[] input, int offset, int count) => SignDigest(SHA256.HashData(input.AsSpan(offset, count)));

        public override bool Sign(ReadOnlySpan<byte> data, Span<byte> destination, out int bytesWritten)
        {
            var signature = SignDigest(SHA256.HashData(data));
            bytesWritten = signature.Length;
            return signature.AsSpan().TryCopyTo(destination);
        }

        public override bool Verify(byte[] input, byte[] signature) => Verifies(SHA256.HashData(input), signature);

        public override bool Verify(
            byte[] input, int inputOffset, int inputLength, byte[] signature, int signatureOffset, int signatureLength) => Verifies(
            SHA256.HashData(input.AsSpan(inputOffset, inputLength)), signature.AsSpan(signatureOffset, signatureLength).ToArray());

        // Each signature is checked. A machine that answers with another key, or wrongly, must not put a token into the world: nobody
        // would believe it, and a faulty RSA signature gives the private key away (Boneh, DeMillo and Lipton 1997).
        private byte[] SignDigest(byte[] digest)
        {
            var isSigned = false;
            try
            {
                var signature = remote.Sign(digest);
                isSigned = Verifies(digest, signature);
                return isSigned
                    ? signature
                    : throw new SigningUnavailableException($"The signature of {Key.KeyId} does not verify with its public key.");
            }
            finally
            {
                outages.Report(Key.KeyId, isSigned);
            }
        }

        private bool Verifies(byte[] digest, byte[] signature) => remote.PublicKey is ECDsa curve
            ? curve.VerifyHash(digest, signature)
            : ((RSA)remote.PublicKey).VerifyHash(digest, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        protected override void Dispose(bool disposing)
        {
            // Nothing of its own: the key lives as long as the process.
        }
    }
}
