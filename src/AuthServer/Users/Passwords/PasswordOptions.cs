using AuthServer.Configuration;

namespace AuthServer.Users.Passwords;

public enum PasswordComplexity
{
    Full,
    None,
}

/// <summary>Which passwords are accepted, beyond their length and how easy they are to guess.</summary>
public sealed class PasswordOptions
{
    /// <summary>
    /// full: at least one upper-case letter, lower-case letter, digit and other character. none: length, and how easy the password is to
    /// guess, decide alone.
    /// </summary>
    [Setting("PASSWORD_COMPLEXITY")]
    public PasswordComplexity Complexity { get; set; } = PasswordComplexity.Full;
}
