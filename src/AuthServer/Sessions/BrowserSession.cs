using System.Collections.Immutable;
using System.Globalization;
using AuthServer.Configuration;

namespace AuthServer.Sessions;

/// <summary>A browser session that stands, with what pages need to know of its person.</summary>
public sealed record BrowserSession(
    Guid Id, Guid UserId, string Email, string? FirstName, string? LastName, DateTime AuthTime, string? AmrText, string? Acr,
    bool Persistent, DateTime ExpiresAt, DateTime AbsoluteExpiresAt, DateTime? LastSeenAt)
{
    public ImmutableArray<string> Amr => SpaceList.Split(AmrText);

    /// <summary>What the person gave; empty when they gave no name.</summary>
    public string Name => string.Join(' ', new[] { FirstName, LastName }.Where(n => !string.IsNullOrWhiteSpace(n)));

    /// <summary>The first letters of first and last word of the name, or the first letter of the address.</summary>
    public string Initials =>
        Name.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } words
            ? words.Length == 1 ? LetterOf(words[0]) : LetterOf(words[0]) + LetterOf(words[^1])
            : LetterOf(Email);

    private static string LetterOf(string word) => StringInfo.GetNextTextElement(word).ToUpperInvariant();
}
