using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace AuthServer.Keys;

/// <summary>What this server hands out, sealed as text, and takes back: in a cookie, a form, an address or an answer.</summary>
/// <param name="purpose">What it is for: a text that was sealed for something else does not open.</param>
/// <param name="longest">How long a text may be.</param>
public sealed class SealedText(IDataProtectionProvider protection, string purpose, int longest = 4 * 1024)
{
    private readonly IDataProtector _protector = protection.CreateProtector(purpose);

    public string Seal(byte[] bytes) => Base64Url.EncodeToString(_protector.Protect(bytes));

    /// <inheritdoc cref="Seal(byte[])"/>
    public string Seal<T>(T value) where T : class => Seal(JsonSerializer.SerializeToUtf8Bytes(value));

    /// <returns>Null for a text that this server did not seal for the purpose.</returns>
    public byte[]? Open(string? text)
    {
        if (text is not { Length: > 0 } || text.Length > longest || !Base64Url.IsValid(text)) return null;
        try
        {
            return _protector.Unprotect(Base64Url.DecodeFromChars(text));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <inheritdoc cref="Open(string?)"/>
    public T? Open<T>(string? text) where T : class => Open(text) is { } bytes ? JsonSerializer.Deserialize<T>(bytes) : null;
}
