using AuthServer.Configuration;
using AuthServer.Keys;
using AuthServer.Pages;
using AuthServer.Users.Proofs;
using Microsoft.AspNetCore.DataProtection;

namespace AuthServer.Accounts.Recovery;

/// <summary>
/// Keeps the app's request from where a new password was asked for, so that the link of the mail goes on to the app in another tab too.
/// </summary>
/// <remarks>
/// Not in the link: in another browser the app would not know the answer, and whoever asks for the mail of somebody else must not choose
/// where that person goes on.
/// </remarks>
public sealed class ResetReturnCookie(IssuerOptions issuer, IDataProtectionProvider protection, TimeProvider time)
{
    // Browsers keep no cookie above 4096 bytes (RFC 6265bis section 5.6).
    private const int LongestAddress = 2 * 1024;

    private readonly string _name = CookieNames.OfHost(issuer, "reset-return");
    private readonly SealedText _sealed = new(protection, "authplatform/reset-return/1");

    /// <param name="proofId">Of the mail.</param>
    public void Write(HttpContext http, Guid proofId, ReturnAddress? returnTo)
    {
        if (returnTo is null || returnTo.Address.Length > LongestAddress) return;
        var text = _sealed.Seal(new Kept(proofId, returnTo.Address));
        http.Response.Cookies.Append(_name, text, CookieNames.OptionsOfHost(issuer, time.GetUtcNow() + ProofIssue.Life));
    }

    /// <param name="token">Of the link.</param>
    public ReturnAddress? Read(HttpContext http, string? token) =>
        _sealed.Open<Kept>(http.Request.Cookies[_name]) is { } kept && kept.ProofId == ProofSecrets.ProofId(token)
            ? ReturnAddress.ToAuthorization(kept.Address)
            : null;

    private sealed record Kept(Guid ProofId, string Address);
}
