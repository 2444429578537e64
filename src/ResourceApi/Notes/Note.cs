namespace ResourceApi.Notes;

/// <summary>A note as the API shows it.</summary>
public sealed record Note(Guid Id, string Text, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>A note as a caller writes it.</summary>
public sealed record NoteText(string? Text)
{
    public const int Longest = 10_000;

    /// <summary>What is wrong, by member; null when nothing is.</summary>
    public Dictionary<string, string[]>? Problems() =>
        string.IsNullOrWhiteSpace(Text) ? new() { ["text"] = ["A note needs a text."] }
        : Text.Length > Longest ? new() { ["text"] = [$"A note has at most {Longest} characters."] }
        : null;
}
