using System.Xml;

namespace AuthServer.Hosting.Configuring;

/// <summary>
/// Refuses an SVG of the operator's brand that runs or loads anything. Browsers do neither for a picture, and the answer's policy forbids
/// it: what is refused here would silently not work, or work for whoever opens the file alone.
/// </summary>
internal static class BrandSvg
{
    private const string Svg = "http://www.w3.org/2000/svg", Html = "http://www.w3.org/1999/xhtml";

    private const string Elsewhere = "refers to something outside of it";

    // Pictures that are in the file itself. Not image/svg+xml, which would be another file to look at.
    private static readonly string[] Inside = ["#", "data:image/png", "data:image/jpeg", "data:image/webp", "data:image/gif"];

    /// <returns>What is wrong with it; null: nothing.</returns>
    public static string? FaultOf(byte[] content)
    {
        try
        {
            using var reader = XmlReader.Create(
                new MemoryStream(content), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            var inStyle = false;
            while (reader.Read())
            {
                var fault = reader.NodeType switch
                {
                    XmlNodeType.Element => FaultOfElement(reader),
                    XmlNodeType.Text or XmlNodeType.CDATA when inStyle => FaultOfStyle(reader.Value),
                    // xml-stylesheet
                    XmlNodeType.ProcessingInstruction => $"has an instruction {reader.Name}",
                    _ => null,
                };
                if (fault is not null) return fault;
                // From the last attribute back.
                reader.MoveToElement();
                if (reader.NodeType is XmlNodeType.Element or XmlNodeType.EndElement)
                {
                    inStyle = reader is { NodeType: XmlNodeType.Element, LocalName: "style", IsEmptyElement: false };
                }
            }

            return null;
        }
        catch (XmlException)
        {
            return "is not well-formed XML, or has a DOCTYPE";
        }
    }

    private static string? FaultOfElement(XmlReader reader)
    {
        if (reader.Depth == 0 && reader is not { LocalName: "svg", NamespaceURI: Svg }) return "has no svg element of the SVG namespace";
        if (reader.LocalName is "script" or "foreignObject" || reader.NamespaceURI == Html) return $"has an element {reader.LocalName}";
        while (reader.MoveToNextAttribute())
        {
            // Programs that draw keep notes in namespaces of their own; those of a namespace declaration load nothing.
            if (reader.NamespaceURI == "http://www.w3.org/2000/xmlns/") continue;
            if (reader.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase)) return $"has an attribute {reader.Name}";
            if (reader.LocalName is "href" or "src" && !IsInside(reader.Value)) return Elsewhere;
            // An animation would give an element its address later.
            if (reader.LocalName == "attributeName" && reader.Value.Trim().EndsWith("href", StringComparison.OrdinalIgnoreCase))
                return $"has an attribute {reader.Name} of {reader.Value}";
            if (FaultOfStyle(reader.Value, whole: reader.LocalName == "style") is { } fault) return fault;
        }

        return null;
    }

    /// <param name="whole">Whether it is nothing but CSS: in other attributes a backslash means nothing.</param>
    private static string? FaultOfStyle(string text, bool whole = true)
    {
        // An escape or a comment would hide a word from the look below (CSS Syntax Level 3 section 4.3.7).
        if (whole && text.Contains('\\', StringComparison.Ordinal)) return "has a style with a backslash";
        if (text.Contains("@import", StringComparison.OrdinalIgnoreCase)) return "has an @import";
        if (text.Contains("image-set(", StringComparison.OrdinalIgnoreCase)) return Elsewhere;
        const string url = "url(";
        for (var at = 0; (at = text.IndexOf(url, at, StringComparison.OrdinalIgnoreCase)) >= 0;)
        {
            at += url.Length;
            if (!IsInside(text.AsSpan(at).TrimStart(" \t\r\n\f\"'"))) return Elsewhere;
        }

        return null;
    }

    private static bool IsInside(ReadOnlySpan<char> address)
    {
        foreach (var begin in Inside)
        {
            if (address.StartsWith(begin, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }
}
