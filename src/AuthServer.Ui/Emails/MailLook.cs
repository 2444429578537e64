using AuthServer.Ui.Brand;
using AuthServer.Ui.Layout;
using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Emails;

/// <summary>The brand of the server as mails show it.</summary>
/// <param name="issuer">The public address of the server, where its own files are.</param>
public sealed class MailLook(Branding brand, string issuer)
{
    private const int UsualRadius = 12;

    /// <summary>The absolute address of the logo; null: the name stands in its place.</summary>
    internal string? LogoUrl { get; } = Shown(brand.LogoUrl, issuer);

    /// <summary>That for programs with dark mails; null: the same.</summary>
    internal string? LogoDarkUrl { get; } = Shown(brand.LogoUrl, issuer) is null ? null : Shown(brand.LogoDarkUrl, issuer);

    internal string Name => brand.Name;

    /// <summary>Where people get help, and what they may read, as at the foot of pages.</summary>
    internal IEnumerable<(string Label, string Address)> Links =>
        from link in new[] { (Texts.Help, brand.HelpUrl), (Texts.Privacy, brand.PrivacyUrl), (Texts.Terms, brand.TermsUrl) }
        where link.Item2 is not null
        select (link.Item1, link.Item2!);

    internal Shades Light { get; } = brand.Palette.Light;

    internal Shades Dark { get; } = brand.Palette.Dark;

    internal int Radius { get; } = brand.Radius ?? UsualRadius;

    // Gmail and Outlook show no SVG, and Outlook no WebP.
    private static string? Shown(string? address, string issuer)
    {
        if (address is null) return null;
        var absolute = new Uri(address.StartsWith('/') ? issuer + address : address, UriKind.Absolute);
        return absolute.AbsolutePath.EndsWith(".svg", StringComparison.OrdinalIgnoreCase)
            || absolute.AbsolutePath.EndsWith(".webp", StringComparison.OrdinalIgnoreCase)
            ? null
            : absolute.AbsoluteUri;
    }
}
