using System.Net;

namespace AuthServer.Ui.Emails.Parts;

/// <summary>The text form of a mail: blocks with an empty line between them.</summary>
internal static class MailText
{
    // U+001E, the record separator of ASCII. The renderer writes white space of its own between components.
    private const char Border = '\u001e';

    /// <summary>One block of the text.</summary>
    public static string Block(string text) => Border + text.Replace(Border, ' ') + Border;

    /// <summary>From what was rendered to what is read.</summary>
    public static string Read(string rendered)
    {
        // The renderer encodes every value as HTML.
        var blocks = WebUtility.HtmlDecode(rendered).Split(Border).Select(block => block.Trim()).Where(block => block.Length > 0);
        return string.Join("\n\n", blocks) + "\n";
    }
}
