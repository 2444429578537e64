using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Data.Entities;
using Microsoft.AspNetCore.DataProtection;

namespace AuthServer.Users.Proofs;

/// <summary>A proof that was asked for, as the tab or the app keeps it that asked.</summary>
/// <param name="Email">As it was typed, to be shown again.</param>
public sealed record AskedProof(Guid Id, ProofPurpose Purpose, string Email);

/// <summary>
/// Seals what a tab holds of a proof. A code counts only together with the sealed request of its tab, so nobody can try codes on a mail
/// that somebody else asked for.
/// </summary>
public sealed class ProofTickets(IDataProtectionProvider protection)
{
    private const int IdSize = 16, LongestText = 2048;

    private readonly IDataProtector _asked = protection.CreateProtector("authplatform/proof-asked/1");
    private readonly IDataProtector _passed = protection.CreateProtector("authplatform/proof-passed/1");

    public string Seal(AskedProof asked) =>
        Seal(_asked, [(byte)asked.Purpose, .. asked.Id.ToByteArray(), .. Encoding.UTF8.GetBytes(asked.Email)]);

    /// <returns>Null for a text that this server did not seal, or that was sealed for something else.</returns>
    public AskedProof? Open(string? text, params ReadOnlySpan<ProofPurpose> purposes) =>
        Open(_asked, text) is { Length: > 1 + IdSize } bytes && purposes.Contains((ProofPurpose)bytes[0])
            ? new(new Guid(bytes.AsSpan(1, IdSize)), (ProofPurpose)bytes[0], Encoding.UTF8.GetString(bytes.AsSpan(1 + IdSize)))
            : null;

    /// <summary>Says that the tab gave the right code; the proof itself is used later, and once.</summary>
    public string SealPassed(Guid proofId) => Seal(_passed, proofId.ToByteArray());

    public Guid? OpenPassed(string? text) => Open(_passed, text) is { Length: IdSize } bytes ? new Guid(bytes) : null;

    private static string Seal(IDataProtector protector, byte[] bytes) => Base64Url.EncodeToString(protector.Protect(bytes));

    private static byte[]? Open(IDataProtector protector, string? text)
    {
        if (text is not { Length: > 0 and < LongestText } || !Base64Url.IsValid(text)) return null;
        try
        {
            return protector.Unprotect(Base64Url.DecodeFromChars(text));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
