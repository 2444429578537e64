using AuthServer.Data.Entities;
using AuthServer.Users.EmailAddresses;
using AuthServer.Users.Passwords;
using Microsoft.AspNetCore.Identity;

namespace AuthServer.Users.Identity;

/// <summary>
/// What ASP.NET Core Identity asks before it writes a user: a valid e-mail address; whether it is free, the index decides.
/// </summary>
public sealed class AccountValidator(IdentityErrorDescriber describer) : IUserValidator<User>
{
    public Task<IdentityResult> ValidateAsync(UserManager<User> manager, User user)
    {
        return Task.FromResult(
            EmailAddress.IsValid(user.Email) ? IdentityResult.Success : IdentityResult.Failed(describer.InvalidEmail(user.Email)));
    }
}

/// <summary>The password policy for code that goes through Identity.</summary>
public sealed class PolicyPasswordValidator(PasswordPolicy policy) : IPasswordValidator<User>
{
    public Task<IdentityResult> ValidateAsync(UserManager<User> manager, User user, string? password)
    {
        var problems = policy.Judge(password ?? "", new(user.Email ?? "", user.FirstName, user.LastName));
        return Task.FromResult(problems.Count == 0
            ? IdentityResult.Success
            : IdentityResult.Failed(
                [.. problems.Select(p => new IdentityError { Code = p.ToString(), Description = PasswordRules.Describe(p) })]));
    }
}

/// <summary>The e-mail key as Identity's normalization; role names are folded the same way.</summary>
public sealed class EmailKeyNormalizer : ILookupNormalizer
{
    public string? NormalizeName(string? name) => name is null ? null : EmailKey.Of(name);

    public string? NormalizeEmail(string? email) => email is null ? null : EmailKey.Of(email);
}
