using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json.Serialization;
using AuthServer.Ui.Emails;

namespace AuthServer.Email.Letters;

/// <summary>A mail to one person, with the values that it needs. It waits sealed in the outbox and is drawn when it is sent.</summary>
/// <remarks>
/// A new mail is a record here, a line in the list of names below, and a component with its model in <c>AuthServer.Ui/Emails</c>. Names and
/// members are stored: a replica of the previous version must be able to read them, and gives up a mail that it does not know.
/// </remarks>
/// <param name="To">The address.</param>
/// <param name="Language">A language tag (BCP 47) such as <c>de</c>; null: the language of the server.</param>
/// <param name="UserId">The account that it is about.</param>
[JsonDerivedType(typeof(AccountClosedLetter), "account-closed")]
[JsonDerivedType(typeof(AccountExistsLetter), "account-exists")]
[JsonDerivedType(typeof(AccountKeptLetter), "account-kept")]
[JsonDerivedType(typeof(ApprovalLetter), "approval")]
[JsonDerivedType(typeof(ConfirmEmailLetter), "confirm-email")]
[JsonDerivedType(typeof(EmailChangedLetter), "email-changed")]
[JsonDerivedType(typeof(NewSignInLetter), "new-sign-in")]
[JsonDerivedType(typeof(NoAccountLetter), "no-account")]
[JsonDerivedType(typeof(PasswordChangedLetter), "password-changed")]
[JsonDerivedType(typeof(PasswordRemovedLetter), "password-removed")]
[JsonDerivedType(typeof(PasswordResetLetter), "password-reset")]
[JsonDerivedType(typeof(ResetLinkLetter), "password-reset-link")]
[JsonDerivedType(typeof(SecondFactorCodeLetter), "second-factor-code")]
[JsonDerivedType(typeof(SignInCodeLetter), "sign-in-code")]
[JsonDerivedType(typeof(TestLetter), "test")]
[JsonDerivedType(typeof(WayInChangedLetter), "way-in-changed")]
public abstract record Letter(string To, string? Language, Guid? UserId)
{
    private static readonly FrozenDictionary<Type, string> Kinds = typeof(Letter).GetCustomAttributes<JsonDerivedTypeAttribute>()
        .ToFrozenDictionary(kind => kind.DerivedType, kind => (string)kind.TypeDiscriminator!);

    /// <summary>Every kind of mail by its record.</summary>
    internal static IReadOnlyDictionary<Type, string> All => Kinds;

    /// <summary>Such as <c>password-changed</c>.</summary>
    internal string Kind => Kinds[GetType()];

    /// <summary>How long the mail is of use, for one with a code or a link that expires; null: it is news for days.</summary>
    internal virtual TimeSpan? UsefulFor => null;

    /// <summary>What it says.</summary>
    internal abstract LetterPage Page { get; }
}

/// <param name="Component">Of AuthServer.Ui/Emails; it takes the model as its parameter <c>Model</c>.</param>
internal sealed record LetterPage(Type Component, MailModel Model)
{
    public static LetterPage Of<TComponent>(MailModel model) where TComponent : Microsoft.AspNetCore.Components.IComponent =>
        new(typeof(TComponent), model);
}
