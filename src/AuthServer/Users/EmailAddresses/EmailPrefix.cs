using System.Globalization;

namespace AuthServer.Users.EmailAddresses;

/// <summary>How an e-mail address begins, as a person types it, and which keys begin so.</summary>
/// <remarks>
/// Keys have the domain in A-labels, and the A-label of <c>bü</c> is no beginning of that of <c>bücher</c>. A key that goes on with an
/// A-label is therefore read back into the letters that people see.
/// </remarks>
/// <param name="Key">What the key begins with, where the last label that was typed has no letters beyond ASCII.</param>
/// <param name="ALabels">What the key begins with, where that label is an A-label; null when it cannot be one.</param>
internal sealed record EmailPrefix(string Key, string? ALabels)
{
    private const string ALabel = "xn--";

    /// <summary>The typed beginning of the label that follows the dot or the @ of <see cref="ALabels"/>.</summary>
    private string Label { get; init; } = "";

    public static EmailPrefix Of(string text)
    {
        // U+3002 is the dot of Chinese and Japanese keyboards (RFC 3490 section 3.1).
        var folded = EmailKey.Fold(text).Replace('\u3002', '.');
        var at = folded.LastIndexOf('@');
        if (at < 0) return new(folded, null);
        var dot = folded.LastIndexOf('.');
        var head = dot < at ? folded[..(at + 1)] : EmailKey.Of(folded[..dot]) + ".";
        var label = folded[(Math.Max(at, dot) + 1)..];
        return label.Length == 0 || label.StartsWith(ALabel, StringComparison.Ordinal)
            ? new(head + label, null)
            : new(head + label, head + ALabel) { Label = label };
    }

    /// <summary>Whether a key that begins with <see cref="ALabels"/> begins as it was typed.</summary>
    public bool IsOf(string key)
    {
        var label = key[(ALabels!.Length - ALabel.Length)..].Split('.', 2)[0];
        try
        {
            return new IdnMapping().GetUnicode(label).StartsWith(Label, StringComparison.Ordinal);
        }
        catch (ArgumentException)
        {
            // An A-label that decodes to nothing, from another SQL client.
            return false;
        }
    }
}
