namespace AuthServer.Email;

/// <summary>An address of the operator, perhaps with a name: <c>id@example.com</c> or <c>Example &lt;id@example.com&gt;</c>.</summary>
public sealed record Mailbox(string? Name, string Address)
{
    internal const string Forms = "id@example.com or \"Example <id@example.com>\"";

    // RFC 5322 section 3.2.3, without the dot and the at sign: they begin a list, a name or a comment.
    private const string Specials = "()<>[]:;\\,\"";

    /// <summary>Behind the at sign.</summary>
    public string Domain => Address[(Address.IndexOf('@', StringComparison.Ordinal) + 1)..];

    public override string ToString() => Name is null ? Address : $"{Name} <{Address}>";

    /// <returns>Null: the text has neither form.</returns>
    internal static Mailbox? Parse(string text)
    {
        if (text.Any(char.IsControl)) return null;
        var trimmed = text.Trim();
        var open = trimmed.IndexOf('<', StringComparison.Ordinal);
        if (open < 0) return IsAddress(trimmed) ? new(null, trimmed) : null;
        if (trimmed[^1] != '>') return null;
        var (name, address) = (trimmed[..open].Trim().Trim('"').Trim(), trimmed[(open + 1)..^1].Trim());
        return IsAddress(address) ? new(name.Length == 0 ? null : name, address) : null;
    }

    /// <summary>Whether a text is one plain address, and no more: neither a list nor a name, and no line break.</summary>
    internal static bool IsAddress(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && at < text.Length - 1 && text.IndexOf('@', at + 1) < 0
            && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || Specials.Contains(c, StringComparison.Ordinal));
    }
}
