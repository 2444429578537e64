using AuthServer.Configuration;

namespace AuthServer.Keys.Outside;

/// <summary>Signing keys that do not come from the database.</summary>
public sealed class OutsideKeyOptions : ICheckedSettings
{
    public const string ListKey = "SIGNING_KEYS";
    public const string PasswordKey = "SIGNING_KEYS_PASSWORD";

    /// <summary>In the list: the keys that the server makes and replaces by itself.</summary>
    public const string Database = "database";

    /// <summary>
    /// Signing keys from outside: a list of PEM or PKCS#12 files, folders of such files (in the order of their names) and the word
    /// database, which stands for the server's own keys. The first key of each algorithm signs, and the others are published and verify.
    /// P-256 signs ES256, RSA of 2048 to 4096 bits RS256. Without the word, the server's own keys of an algorithm that has a key
    /// here are not used. The files are read again when they change.
    /// </summary>
    [Setting(ListKey)]
    public IReadOnlyList<string> Entries { get; set; } = [Database];

    /// <summary>The password of the encrypted files among SIGNING_KEYS. Give it as SIGNING_KEYS_PASSWORD_FILE.</summary>
    [Setting(PasswordKey, Secret = true)]
    public string? Password { get; set; }

    public void Check(SettingProblems problems)
    {
        foreach (var entry in Entries.GroupBy(e => e, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key))
        {
            problems.Add(ListKey, $"names {entry} twice", "the first of a list signs: name it once, in its place");
        }
    }
}
