namespace AuthServer.Ui.DevMail;

/// <summary>The mails that a server in Development has written as files.</summary>
public sealed record DevMailListModel
{
    /// <summary>More than a developer looks through.</summary>
    public const int Most = 50;

    /// <summary>Where the files are.</summary>
    public required string Folder { get; init; }

    /// <summary>The newest first.</summary>
    public required IReadOnlyList<DevMailLine> Mails { get; init; }
}

/// <param name="Address">Of the page that shows it.</param>
/// <param name="At">UTC.</param>
public sealed record DevMailLine(string Address, string Subject, string To, DateTime At);
