using AuthServer.Configuration;

namespace AuthServer.Keys.Outside;

/// <summary>
/// A place that signing keys come from: files, or a machine that never hands out the private key. docs/keys.md says how to add one.
/// </summary>
public interface IKeySource
{
    /// <summary>Whether this entry of SIGNING_KEYS is one of this source. The first source that takes an entry reads it.</summary>
    bool Takes(string entry);

    /// <summary>Tells one content of the entry from another; empty while it cannot be read. Called every two seconds.</summary>
    string Digest(string entry);

    /// <summary>The keys of the entry in their order. What cannot be used stands among the problems, with its cure.</summary>
    IEnumerable<OutsideKey> Read(string entry, SettingProblems problems);
}
