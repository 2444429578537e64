using AuthServer.Data.Entities;
using AuthServer.Keys;
using AuthServer.Users.Proofs;
using Microsoft.AspNetCore.DataProtection;

namespace AuthServer.Users.SecondFactors;

/// <summary>A code by mail that was asked for, as the tab or the app keeps it.</summary>
/// <param name="Step">The first step that it belongs to: its name at a page, its challenge for an app.</param>
public sealed record AskedFactor(Guid ProofId, string Email, string Step)
{
    public AskedProof Proof => new(ProofId, ProofPurpose.SecondFactor, Email);
}

/// <summary>Seals what a tab or an app holds of the mail: its code counts only together with the first step that was done there.</summary>
public sealed class MailedFactorTickets(IDataProtectionProvider protection)
{
    private const int LongestText = 8 * 1024;

    // One of the pages is no challenge of an app, and the reverse.
    private readonly SealedText _pages = new(protection, "authplatform/mailed-factor/page/1", LongestText);
    private readonly SealedText _apps = new(protection, "authplatform/mailed-factor/app/1", LongestText);

    public string Seal(AskedFactor asked, bool ofApp) => SealOf(ofApp).Seal(asked);

    /// <returns>Null for a text that this server did not seal for it.</returns>
    public AskedFactor? Open(string? text, bool ofApp) => SealOf(ofApp).Open<AskedFactor>(text);

    private SealedText SealOf(bool ofApp) => ofApp ? _apps : _pages;
}
