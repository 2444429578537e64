namespace AuthServer.Ui.Layout;

/// <summary>What an operator says about the look of the pages; colours and radius arrive as one more stylesheet.</summary>
public sealed record Branding
{
    /// <summary>The name of the server as people know it, shown on every page; "AuthPlatform" by default.</summary>
    public string Name { get; init; } = "AuthPlatform";

    /// <summary>A logo that stands in place of mark and name; it also serves dark pages when no dark one is given.</summary>
    public string? LogoUrl { get; init; }

    /// <summary>The logo for people who prefer dark pages.</summary>
    public string? LogoDarkUrl { get; init; }

    /// <summary>A stylesheet that sets the brand variables (--brand-hue, --brand-chroma, --radius, --font).</summary>
    public string? StylesheetUrl { get; init; }

    /// <summary>The privacy notice; the link appears only when this is set.</summary>
    public string? PrivacyUrl { get; init; }

    /// <summary>The terms of use; the link appears only when this is set.</summary>
    public string? TermsUrl { get; init; }
}
