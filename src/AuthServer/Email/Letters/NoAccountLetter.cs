using AuthServer.Ui.Emails;

namespace AuthServer.Email.Letters;

/// <summary>
/// Somebody asked for a new password, or for a code to sign in, for an address without an account. The mail is sent so that nobody can tell
/// by a mail that does not come.
/// </summary>
/// <param name="Lifetime">That of the mail which an account would have got.</param>
public sealed record NoAccountLetter(string To, string? Language, TimeSpan Lifetime) : Letter(To, Language, null)
{
    /// <summary>Whether a code to sign in was asked for.</summary>
    public bool SignIn { get; init; }

    internal override TimeSpan? UsefulFor => Lifetime;

    internal override LetterPage Page => LetterPage.Of<NoAccountMail>(new NoAccountModel { Asked = To, SignIn = SignIn });
}
