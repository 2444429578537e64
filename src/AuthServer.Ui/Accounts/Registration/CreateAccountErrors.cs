using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Accounts.Registration;

/// <summary>The problems of a new account in words: one notice on top, and one text beside each wrong field.</summary>
internal sealed record CreateAccountErrors(
    string? Notice, string? Email, string? FirstName, string? LastName, string? Password, bool OfferSignIn)
{
    /// <summary>The first wrong field, which takes the focus.</summary>
    public string? First =>
        Email is not null ? "email"
        : FirstName is not null ? "first_name"
        : LastName is not null ? "last_name"
        : Password is not null ? "password"
        : null;

    public static CreateAccountErrors Of(CreateAccountModel model)
    {
        var problems = model.Problems;
        var email = problems.Select(EmailText).FirstOrDefault(text => text is not null);
        var password = PasswordRuleList.WordsFor(problems);
        var tooLong = problems.Contains(CreateAccountProblem.NameTooLong);

        // The server says that a name is too long, not which: both fields are marked unless one is empty.
        var firstName = tooLong && !string.IsNullOrEmpty(model.FirstName) ? Texts.NameTooLong : null;
        var lastName = tooLong && !string.IsNullOrEmpty(model.LastName) ? Texts.NameTooLong : null;
        var wait = Text.Wait(model.RetryAfter);
        var notice =
            problems.Count == 0 ? null
            : problems.Contains(CreateAccountProblem.TooManyTries) ? Text.Of(Texts.TooManyTries, wait)
            : problems.Contains(CreateAccountProblem.Busy) ? Text.Of(Texts.ServerBusy, wait)
            : problems.Contains(CreateAccountProblem.FormExpired) ? Texts.CreateFormExpired
            : problems.Contains(CreateAccountProblem.NoCookies) ? Texts.NoCookies
            : problems is [CreateAccountProblem.EmailTaken] ? Texts.EmailTakenNotice
            : email is not null && password is null && !tooLong ? Texts.CheckEmail
            // The field says it, and has the focus.
            : password is not null && email is null && !tooLong ? null
            : Texts.CheckMarkedFields;
        return new(notice, email, firstName, lastName, password, problems.Contains(CreateAccountProblem.EmailTaken));
    }

    private static string? EmailText(CreateAccountProblem problem) => problem switch
    {
        CreateAccountProblem.EmailMissing => Texts.EmailMissing,
        CreateAccountProblem.EmailInvalid => Texts.EmailInvalid,
        CreateAccountProblem.EmailTaken => Texts.EmailTaken,
        _ => null,
    };
}
