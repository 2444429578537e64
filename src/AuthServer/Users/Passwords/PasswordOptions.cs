using AuthServer.Configuration;

namespace AuthServer.Users.Passwords;

public enum PasswordComplexity
{
    Full,
    None,
}

/// <summary>Which passwords are accepted, beyond the length and the list of common ones.</summary>
public sealed class PasswordOptions
{
    /// <summary>full: at least one upper-case letter, lower-case letter, digit and other character. none: length and the list of common passwords decide alone.</summary>
    [Setting("PASSWORD_COMPLEXITY")]
    public PasswordComplexity Complexity { get; set; } = PasswordComplexity.Full;
}
