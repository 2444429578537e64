namespace AuthServer.Ui.Controls;

/// <summary>One value of a list.</summary>
/// <param name="Language">Of <paramref name="Text"/>; null: that of the page.</param>
public sealed record Choice(string Value, string Text, string? Language = null);
