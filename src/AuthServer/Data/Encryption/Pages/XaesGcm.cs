using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AuthServer.Data.Encryption.Pages;

/// <summary>
/// XAES-256-GCM: AES-256-GCM with nonces of 192 bits, of which a random one never repeats in practice (https://c2sp.org/XAES-256-GCM).
/// </summary>
/// <remarks>
/// AES-256-GCM alone has nonces of 96 bits, which may be random for 2^32 messages of one key at most (NIST SP 800-38D section 8.3). Here
/// the first half of the nonce derives the key of a message from the long one. Not for two threads at once.
///
/// Making a key and its cipher takes several times as long as a page does, so the last ones are kept.
/// </remarks>
internal sealed class XaesGcm : IDisposable
{
    public const int KeySize = 32, NonceSize = 24, HalfNonce = NonceSize / 2, TagSize = 16;

    private const int BlockSize = 16, MostKept = 16;

    private readonly Aes _aes = Aes.Create();
    private readonly ICryptoTransform _block;
    private readonly byte[] _subkey = new byte[BlockSize];
    private readonly byte[] _input = new byte[KeySize], _derived = new byte[KeySize];
    private readonly Dictionary<(ulong, uint), AesGcm> _kept = [];

    public XaesGcm(byte[] key)
    {
#pragma warning disable CA5358 // The block cipher itself, of which CMAC is made.
        (_aes.Mode, _aes.Padding) = (CipherMode.ECB, PaddingMode.None);
#pragma warning restore CA5358
        _aes.Key = key;
        _block = _aes.CreateEncryptor();
        // The first subkey of CMAC (NIST SP 800-38B section 6.1).
        _block.TransformBlock(new byte[BlockSize], 0, BlockSize, _subkey, 0);
        var carry = _subkey[0] >> 7;
        for (var i = 0; i < BlockSize; i++) _subkey[i] = (byte)((_subkey[i] << 1) | (i + 1 < BlockSize ? _subkey[i + 1] >> 7 : 0));
        _subkey[BlockSize - 1] ^= (byte)(carry * 0x87);
    }

    public void Seal(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, Span<byte> tag, ReadOnlySpan<byte> associatedData)
    {
        Of(nonce).Encrypt(nonce[HalfNonce..], plaintext, ciphertext, tag, associatedData);
    }

    /// <returns>False: the text was not sealed with this key, nonce and associated data.</returns>
    public bool TryOpen(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, Span<byte> plaintext,
        ReadOnlySpan<byte> associatedData)
    {
        try
        {
            Of(nonce).Decrypt(nonce[HalfNonce..], ciphertext, tag, plaintext, associatedData);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        Forget();
        _block.Dispose();
        _aes.Dispose();
        CryptographicOperations.ZeroMemory(_derived);
    }

    private AesGcm Of(ReadOnlySpan<byte> nonce)
    {
        var half = (BinaryPrimitives.ReadUInt64LittleEndian(nonce), BinaryPrimitives.ReadUInt32LittleEndian(nonce[sizeof(ulong)..]));
        if (_kept.TryGetValue(half, out var kept)) return kept;
        if (_kept.Count == MostKept) Forget();
        return _kept[half] = new AesGcm(Derive(nonce), TagSize);
    }

    private void Forget()
    {
        foreach (var gcm in _kept.Values) gcm.Dispose();
        _kept.Clear();
    }

    private byte[] Derive(ReadOnlySpan<byte> nonce)
    {
        for (byte half = 0; half < 2; half++)
        {
            var block = _input.AsSpan(half * BlockSize, BlockSize);
            // A counter of 16 bits, the letter, a zero, and the first half of the nonce, as the last whole block of a CMAC.
            block[0] = 0;
            block[1] = (byte)(half + 1);
            block[2] = (byte)'X';
            block[3] = 0;
            nonce[..HalfNonce].CopyTo(block[4..]);
            for (var i = 0; i < BlockSize; i++) block[i] ^= _subkey[i];
        }
        _block.TransformBlock(_input, 0, KeySize, _derived, 0);
        return _derived;
    }
}
