using AuthServer.Configuration;
using AuthServer.Ui.Layout;

namespace AuthServer.Hosting.Configuring;

/// <summary>The look of the hosted pages.</summary>
public sealed class BrandOptions : ICheckedSettings
{
    /// <summary>The name of the server as people know it.</summary>
    [Setting("BRAND_NAME")]
    public string Name { get; set; } = "AuthPlatform";

    /// <summary>The https address of a logo that stands in place of the name.</summary>
    [Setting("BRAND_LOGO_URL")]
    public Uri? LogoUrl { get; set; }

    /// <summary>The https address of the logo for dark pages.</summary>
    [Setting("BRAND_LOGO_DARK_URL")]
    public Uri? LogoDarkUrl { get; set; }

    /// <summary>
    /// The https address of a stylesheet that sets the brand's custom properties. It can restyle every page: host it where only you may
    /// write.
    /// </summary>
    [Setting("BRAND_STYLESHEET_URL")]
    public Uri? StylesheetUrl { get; set; }

    /// <summary>The address of the privacy notice, linked from every page.</summary>
    [Setting("BRAND_PRIVACY_URL")]
    public Uri? PrivacyUrl { get; set; }

    /// <summary>The address of the terms of use, linked from every page.</summary>
    [Setting("BRAND_TERMS_URL")]
    public Uri? TermsUrl { get; set; }

    public void Check(SettingProblems problems)
    {
        // The pages' Content-Security-Policy lets a browser load nothing over plain http.
        Require("BRAND_LOGO_URL", LogoUrl);
        Require("BRAND_LOGO_DARK_URL", LogoDarkUrl);
        Require("BRAND_STYLESHEET_URL", StylesheetUrl);

        void Require(string key, Uri? address)
        {
            if (address is not null && address.Scheme != Uri.UriSchemeHttps)
                problems.Add(key, $"{address} is http, which browsers do not load on these pages", "set it to an https address");
        }
    }

    public Branding ToBranding() => new()
    {
        Name = Name,
        LogoUrl = LogoUrl?.AbsoluteUri,
        LogoDarkUrl = LogoDarkUrl?.AbsoluteUri,
        StylesheetUrl = StylesheetUrl?.AbsoluteUri,
        PrivacyUrl = PrivacyUrl?.AbsoluteUri,
        TermsUrl = TermsUrl?.AbsoluteUri,
    };
}
