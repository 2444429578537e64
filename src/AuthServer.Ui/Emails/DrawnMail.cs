namespace AuthServer.Ui.Emails;

/// <summary>A mail as it is read. A program that shows no HTML shows the text.</summary>
public sealed record DrawnMail(string Subject, string Html, string Text);
