using AuthServer.Ui.Controls;
using AuthServer.Ui.Layout;
using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Emails;

/// <summary>The code, and perhaps the link, with which a person signs in or completes a sign-in that has begun with the password.</summary>
public sealed record SignInCodeModel : MailModel
{
    /// <summary>The address of the account.</summary>
    public required string Account { get; init; }

    /// <summary>For the tab or the app that asked.</summary>
    public required string Code { get; init; }

    /// <summary>For the browser that asked; null where an app did, and where the code only completes a sign-in.</summary>
    public string? Link { get; init; }

    /// <summary>How long both work.</summary>
    public required TimeSpan Lifetime { get; init; }

    /// <summary>Such as Firefox; null when it is not known.</summary>
    public string? Browser { get; init; }

    /// <summary>Such as Windows; null when it is not known.</summary>
    public string? System { get; init; }

    /// <summary>The IP address that asked.</summary>
    public string? Address { get; init; }

    /// <summary>The app that asked itself; null for a page of the server.</summary>
    public string? App { get; init; }

    internal string? Device => DeviceWords.Of(Browser, System);

    public override string Subject(Branding brand) => Text.Of(Texts.MailSignInSubject, brand.Name);
}
