using System.Collections.Immutable;
using System.Globalization;
using AuthServer.Configuration;

namespace AuthServer.Sessions;

/// <summary>A browser session that stands, with what pages need to know of its person.</summary>
public sealed record BrowserSession(
    Guid Id, Guid UserId, string Email, string? FirstName, string? LastName, DateTime AuthTime, string? AmrText, string? Acr,
    bool Persistent, DateTime ExpiresAt, DateTime AbsoluteExpiresAt, DateTime? LastSeenAt)
{
    /// <summary>Whether the person has shown that the address of the account is theirs.</summary>
    public bool EmailConfirmed { get; init; }

    public ImmutableArray<string> Amr => SpaceList.Split(AmrText);

    /// <summary>What the person gave; empty when they gave no name.</summary>
    public string Name => NameOf(FirstName, LastName);

    /// <summary>The first letters of first and last word of the name, or the first letter of the address.</summary>
    public string Initials => InitialsOf(Name, Email);

    /// <inheritdoc cref="Name"/>
    public static string NameOf(string? first, string? last) =>
        string.Join(' ', new[] { first, last }.Where(n => !string.IsNullOrWhiteSpace(n)));

    /// <inheritdoc cref="Initials"/>
    public static string InitialsOf(string name, string email) =>
        name.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } words
            ? words.Length == 1 ? LetterOf(words[0]) : LetterOf(words[0]) + LetterOf(words[^1])
            : LetterOf(email);

    private static string LetterOf(string word) => StringInfo.GetNextTextElement(word).ToUpperInvariant();
}
