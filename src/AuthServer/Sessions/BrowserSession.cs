using System.Collections.Immutable;

namespace AuthServer.Sessions;

/// <summary>A browser session that stands, with what pages need to know of its person.</summary>
public sealed record BrowserSession(
    Guid Id, Guid UserId, string Email, string? FirstName, string? LastName, DateTime AuthTime, string? AmrText, string? Acr,
    bool Persistent, DateTime ExpiresAt, DateTime AbsoluteExpiresAt, DateTime? LastSeenAt)
{
    public ImmutableArray<string> Amr => [.. (AmrText ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>The name to show: what the person gave, or the e-mail address.</summary>
    public string DisplayName => string.Join(' ', new[] { FirstName, LastName }.Where(n => !string.IsNullOrWhiteSpace(n))) is { Length: > 0 } name ? name : Email;

    public string Initials => string.Concat(DisplayName.Split([' ', '.', '@'], StringSplitOptions.RemoveEmptyEntries)
        .Take(2).Select(part => char.ToUpperInvariant(part[0])));
}
