using AuthServer.Configuration;

namespace AuthServer.Users.Passwords;

public enum PasswordComplexity
{
    Full,
    None,
}

/// <summary>Which passwords are accepted, beyond their length and how easy they are to guess.</summary>
public sealed class PasswordOptions : ICheckedSettings
{
    private const string BreachedKey = "BREACHED_PASSWORDS_DIRECTORY";

    /// <summary>
    /// full: at least one upper-case letter, lower-case letter, digit and other character. none: length, and how easy the password is to
    /// guess, decide alone.
    /// </summary>
    [Setting("PASSWORD_COMPLEXITY")]
    public PasswordComplexity Complexity { get; set; } = PasswordComplexity.Full;

    /// <summary>
    /// A directory of passwords that were stolen elsewhere, which are then refused: the ranges of Have I Been Pwned, a file for each first
    /// five digits of a SHA-1 (00000.txt to FFFFF.txt). No request leaves this server. Absent: no such list.
    /// </summary>
    [Setting(BreachedKey, Cure = "the path of a directory")]
    public string? BreachedDirectory { get; set; }

    public void Check(SettingProblems problems)
    {
        if (BreachedDirectory is { } directory && BreachedPasswords.Fault(directory) is { } fault)
        {
            problems.Add(BreachedKey, fault, "name a directory with the files 00000.txt to FFFFF.txt, as docs/limits.md says");
        }
    }
}
