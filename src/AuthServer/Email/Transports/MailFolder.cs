using AuthServer.Configuration;

namespace AuthServer.Email.Transports;

/// <summary>The mails of a server that sends none: files of the form .eml in the folder "mail" of the data directory.</summary>
/// <remarks>They hold links that sign people in. Only Development has them, and only the server's user may read them.</remarks>
public sealed class MailFolder(DataDirectory data)
{
    internal const string Extension = ".eml";

    private readonly DataDirectory _folder = new(data.FileAt("mail"));

    public string Path => _folder.Path;

    /// <summary>The names of the mails, the newest first.</summary>
    public IReadOnlyList<string> Names() => !_folder.Exists ? [] :
    [
        .. new DirectoryInfo(Path).EnumerateFiles("*" + Extension).Select(file => file.Name).OrderDescending(StringComparer.Ordinal),
    ];

    /// <returns>The file; null: there is none of that name.</returns>
    /// <param name="name">Of a request: it is only compared with what is there.</param>
    public string? Find(string name) => Names().Contains(name, StringComparer.Ordinal) ? _folder.FileAt(name) : null;

    internal string Write(string name, string text)
    {
        data.Create();
        _folder.Create();
        _folder.Write(name, text);
        return _folder.FileAt(name);
    }
}
