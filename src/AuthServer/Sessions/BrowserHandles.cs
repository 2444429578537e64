using System.Buffers.Text;
using System.Security.Cryptography;

namespace AuthServer.Sessions;

/// <summary>The value of the session cookie: base64url of format version (1), session id (16), secret (32).</summary>
public static class BrowserHandles
{
    private const byte Version = 1;
    private const int Size = 1 + 16 + 32;

    public static string Make(Guid sessionId)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bytes[0] = Version;
        sessionId.TryWriteBytes(bytes[1..], bigEndian: true, out _);
        RandomNumberGenerator.Fill(bytes[17..]);
        return Base64Url.EncodeToString(bytes);
    }

    public static Guid? SessionId(string? handle)
    {
        if (handle is null || handle.Length > 128 || !Base64Url.IsValid(handle)) return null;
        Span<byte> bytes = stackalloc byte[128];
        if (!Base64Url.TryDecodeFromChars(handle, bytes, out var written) || written != Size || bytes[0] != Version) return null;
        return new Guid(bytes.Slice(1, 16), bigEndian: true);
    }
}
