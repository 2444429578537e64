using AuthServer.Ui.Controls;
using AuthServer.Ui.Layout;
using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Emails;

/// <summary>The code with which a person completes a sign-in that has begun with the password.</summary>
public sealed record SecondFactorCodeModel : MailModel
{
    /// <summary>The address of the account.</summary>
    public required string Account { get; init; }

    public required string Code { get; init; }

    /// <summary>How long it works.</summary>
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
