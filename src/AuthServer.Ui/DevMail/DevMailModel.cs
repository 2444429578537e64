namespace AuthServer.Ui.DevMail;

/// <summary>One mail that a server in Development has written as a file.</summary>
public sealed record DevMailModel
{
    public required string Subject { get; init; }

    public required string To { get; init; }

    /// <summary>Of the mail as HTML alone, which is shown in a frame.</summary>
    public required string HtmlAddress { get; init; }

    public required string Text { get; init; }

    public required string Headers { get; init; }
}
