using System.Security.Cryptography;
using System.Text;
using AuthServer.Data.Entities;
using AuthServer.Keys;
using AuthServer.Users.Proofs;
using Microsoft.AspNetCore.DataProtection;

namespace AuthServer.Users.ByMail;

/// <summary>
/// A sign-in by mail that was asked for at a page, as its browser keeps it: in the tab for the code, in a cookie for the link.
/// </summary>
/// <param name="Email">As it was typed, to be shown again.</param>
/// <param name="Browser">Which browser asked, as <see cref="EmailSignInTickets.BrowserOf"/> names it.</param>
/// <param name="Keep">"Keep me signed in".</param>
/// <param name="ReturnUrl">Where the person goes on, for the link; the tab has it in its form.</param>
public sealed record PageSignIn(Guid ProofId, string Email, string Browser, bool Keep, string? ReturnUrl)
{
    public AskedProof Proof => new(ProofId, ProofPurpose.SignIn, Email);
}

/// <summary>A sign-in by mail that an app asked for.</summary>
/// <param name="Scope">As the app wrote it; judged when the session is opened.</param>
public sealed record AppSignIn(Guid ProofId, string Email, string ClientId, string? Scope)
{
    public AskedProof Proof => new(ProofId, ProofPurpose.SignIn, Email);
}

/// <summary>
/// Seals what a tab, a browser or an app holds of the mail that it asked for. Code and link count only together with it, so a mail lets
/// nobody in but where it was asked for.
/// </summary>
public sealed class EmailSignInTickets(IDataProtectionProvider protection)
{
    // A ticket of a tab is none of a cookie: nobody can plant what they have read in a page of their own.
    private readonly SealedText _tabs = new(protection, "authplatform/email-sign-in/tab/1");
    private readonly SealedText _cookies = new(protection, "authplatform/email-sign-in/cookie/1");
    private readonly SealedText _apps = new(protection, "authplatform/email-sign-in/app/1");

    /// <param name="secret">Of the browser alone.</param>
    public static string BrowserOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    public string SealForTab(PageSignIn asked) => _tabs.Seal(asked);

    public string SealForCookie(PageSignIn asked) => _cookies.Seal(asked);

    public string Seal(AppSignIn asked) => _apps.Seal(asked);

    /// <returns>Null for a text that this server did not seal for a tab.</returns>
    public PageSignIn? OpenOfTab(string? text) => _tabs.Open<PageSignIn>(text);

    /// <returns>Null for a text that this server did not seal for a cookie.</returns>
    public PageSignIn? OpenOfCookie(string? text) => _cookies.Open<PageSignIn>(text);

    /// <returns>Null for a text that this server did not seal for an app.</returns>
    public AppSignIn? OpenOfApp(string? text) => _apps.Open<AppSignIn>(text);
}
