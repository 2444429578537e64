using System.Globalization;
using AuthServer.Users.EmailAddresses;
using AuthServer.Users.Passwords;
using AuthServer.Users.Profile;

namespace AuthServer.Users.Registration;

/// <summary>What an account must be like, and each fault in words by the member that has it.</summary>
public static class AccountRules
{
    /// <param name="email">Null for one that is not judged, because the account has it already.</param>
    internal static IEnumerable<RegistrationProblem> Problems(string? email, string? firstName, string? lastName)
    {
        if (email?.Length == 0) yield return RegistrationProblem.EmailMissing;
        else if (email is not null && !EmailAddress.IsValid(email)) yield return RegistrationProblem.EmailInvalid;
        if (firstName?.Length > PersonName.MaxLength) yield return RegistrationProblem.FirstNameTooLong;
        if (lastName?.Length > PersonName.MaxLength) yield return RegistrationProblem.LastNameTooLong;
    }

    public static Dictionary<string, string[]> Describe(
        IEnumerable<RegistrationProblem> problems, IEnumerable<PasswordProblem> passwordProblems)
    {
        var errors = problems.Select(Describe).GroupBy(e => e.Member, e => e.Words).ToDictionary(g => g.Key, g => g.ToArray());
        if (passwordProblems.Select(PasswordRules.Describe).ToArray() is { Length: > 0 } words) errors["password"] = words;
        return errors;
    }

    internal static string UnknownRole(string name) => $"There is no role named {name}.";

    private static (string Member, string Words) Describe(RegistrationProblem problem) => problem switch
    {
        RegistrationProblem.EmailMissing => ("email", "An e-mail address is required."),
        RegistrationProblem.EmailInvalid => ("email", "This is not a valid e-mail address."),
        RegistrationProblem.FirstNameTooLong => ("first_name", NameTooLong),
        RegistrationProblem.LastNameTooLong => ("last_name", NameTooLong),
        _ => throw new ArgumentOutOfRangeException(nameof(problem)),
    };

    private static readonly string NameTooLong =
        string.Create(CultureInfo.InvariantCulture, $"A name must have at most {PersonName.MaxLength} characters.");
}
