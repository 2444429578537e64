using System.Text;
using AuthServer.Data.Entities;
using AuthServer.Keys;
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
    private const int IdSize = 16, LongestText = 2 * 1024;

    private readonly SealedText _asked = new(protection, "authplatform/proof-asked/1", LongestText);
    private readonly SealedText _passed = new(protection, "authplatform/proof-passed/1", LongestText);

    public string Seal(AskedProof asked) =>
        _asked.Seal([(byte)asked.Purpose, .. asked.Id.ToByteArray(), .. Encoding.UTF8.GetBytes(asked.Email)]);

    /// <returns>Null for a text that this server did not seal, or that was sealed for something else.</returns>
    public AskedProof? Open(string? text, params ReadOnlySpan<ProofPurpose> purposes) =>
        _asked.Open(text) is { Length: > 1 + IdSize } bytes && purposes.Contains((ProofPurpose)bytes[0])
            ? new(new Guid(bytes.AsSpan(1, IdSize)), (ProofPurpose)bytes[0], Encoding.UTF8.GetString(bytes.AsSpan(1 + IdSize)))
            : null;

    /// <summary>Says that the tab gave the right code; the proof itself is used later, and once.</summary>
    public string SealPassed(Guid proofId) => _passed.Seal(proofId.ToByteArray());

    public Guid? OpenPassed(string? text) => _passed.Open(text) is { Length: IdSize } bytes ? new Guid(bytes) : null;
}
