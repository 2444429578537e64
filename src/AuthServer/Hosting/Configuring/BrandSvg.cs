using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace AuthServer.Hosting.Configuring;

/// <summary>
/// Takes an SVG of the operator's brand only where every part of it is one that draws. Browsers neither run nor load anything for a
/// picture, and the answer's policy forbids it: what is refused here would silently not work, or work for whoever opens the file alone.
/// </summary>
/// <remarks>
/// It judges the tree that a browser would build: entities are resolved, CDATA sections are text, and the text of a <c>style</c> is judged
/// as one, however comments divide it.
/// </remarks>
internal static class BrandSvg
{
    private const string Elsewhere = "refers to something outside of it";

    private const string XLink = "http://www.w3.org/1999/xlink", Xml = "http://www.w3.org/XML/1998/namespace";

    // Pictures that are in the file itself. Not image/svg+xml, which would be another file to look at.
    private static readonly string[] Pictures =
        ["data:image/png;base64,", "data:image/jpeg;base64,", "data:image/webp;base64,", "data:image/gif;base64,"];

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <returns>What is wrong with it; null: nothing.</returns>
    public static string? FaultOf(byte[] content)
    {
        XDocument document;
        try
        {
            using var text = new StringReader(Strict.GetString(content).TrimStart('\ufeff'));
            using var reader = XmlReader.Create(
                text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            document = XDocument.Load(reader, LoadOptions.PreserveWhitespace);
        }
        catch (Exception e) when (e is XmlException or ArgumentException)
        {
            return "is not well-formed XML of UTF-8, or has a DOCTYPE";
        }

        // A browser would read other characters than those that are judged here.
        if (document.Declaration?.Encoding is { Length: > 0 } encoding && !encoding.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            return $"has the encoding {encoding}, and not UTF-8";
        // xml-stylesheet
        if (document.DescendantNodes().OfType<XProcessingInstruction>().FirstOrDefault() is { } instruction)
            return $"has an instruction {instruction.Target}";
        if (document.Root!.Name != BrandSvgNames.Svg + "svg") return "has no svg element of the SVG namespace";
        foreach (var element in document.Root.DescendantsAndSelf())
        {
            if ((FaultOfElement(element) ?? FaultOfAttributes(element)) is { } fault) return fault;
        }

        return null;
    }

    private static string? FaultOfElement(XElement element)
    {
        var name = element.Name;
        if (name.Namespace != BrandSvgNames.Svg)
        {
            // Programs that draw keep notes in namespaces of their own, which mean nothing to browsers.
            return BrandSvgNames.IsOfNotes(name.NamespaceName) ? null : $"has an element {name.LocalName}";
        }

        if (!BrandSvgNames.Elements.Contains(name.LocalName)) return $"has an element {name.LocalName}";
        if (name.LocalName != "style") return null;
        return element.HasElements
            ? "has an element inside of a style"
            : FaultOfStyle(string.Concat(element.Nodes().OfType<XText>().Select(text => text.Value)));
    }

    private static string? FaultOfAttributes(XElement element)
    {
        foreach (var attribute in element.Attributes().Where(a => !a.IsNamespaceDeclaration))
        {
            var (space, name) = (attribute.Name.NamespaceName, attribute.Name.LocalName);
            var fault = space switch
            {
                "" when name == "href" => FaultOfAddress(element, attribute.Value),
                "" when BrandSvgNames.IsOfWords(name) => null,
                "" when element.Name.Namespace != BrandSvgNames.Svg => null,
                "" => BrandSvgNames.Attributes.Contains(name) ? FaultOfStyle(attribute.Value) : $"has an attribute {name}",
                XLink => name == "href" ? FaultOfAddress(element, attribute.Value) : FaultOfXLink(name),
                Xml => name is "space" or "lang" or "id" ? null : $"has an attribute xml:{name}",
                _ => BrandSvgNames.IsOfNotes(space) ? null : $"has an attribute {name}",
            };
            if (fault is not null) return fault;
        }

        return null;
    }

    private static string? FaultOfXLink(string name) =>
        name is "type" or "title" or "show" or "actuate" or "role" ? null : $"has an attribute xlink:{name}";

    private static string? FaultOfAddress(XElement element, string address) =>
        address.StartsWith('#') || (element.Name.LocalName == "image" && IsPicture(address)) ? null : Elsewhere;

    /// <param name="text">A style sheet, a list of declarations or a value: CSS Syntax Level 3.</param>
    private static string? FaultOfStyle(string text)
    {
        // An escape would hide a word from the look below (section 4.3.7). Comments divide words and join none.
        if (text.Contains('\\', StringComparison.Ordinal)) return "has a style with a backslash";
        for (var at = 0; (at = text.IndexOf('@', at)) >= 0; at++)
        {
            var rule = WordFrom(text, at + 1);
            if (!BrandSvgNames.Rules.Contains(rule)) return $"has an @{rule.ToLowerInvariant()}";
        }

        for (var at = 0; (at = text.IndexOf('(', at)) >= 0; at++)
        {
            var function = WordBefore(text, at);
            if (function.Equals("url", StringComparison.OrdinalIgnoreCase))
            {
                var address = text.AsSpan(at + 1).TrimStart(" \t\r\n\f\"'");
                if (!address.StartsWith('#') && !IsPicture(address)) return Elsewhere;
            }
            else if (function.Length > 0 && !BrandSvgNames.Functions.Contains(function)) return $"has a style with {function}()";
        }

        return null;
    }

    private static bool IsPicture(ReadOnlySpan<char> address)
    {
        foreach (var begin in Pictures)
        {
            if (address.StartsWith(begin, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    private static string WordFrom(string text, int from)
    {
        var end = from;
        while (end < text.Length && IsOfWord(text[end])) end++;
        return text[from..end];
    }

    private static string WordBefore(string text, int end)
    {
        var from = end;
        while (from > 0 && IsOfWord(text[from - 1])) from--;
        return text[from..end];
    }

    // Section 4.2: an ident code point.
    private static bool IsOfWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or >= '\u0080';
}
