using AuthServer.Ui.Controls;
using AuthServer.Ui.Layout;
using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Emails;

/// <summary>Somebody signed in where the account was not used before.</summary>
public sealed record NewSignInModel : MailModel
{
    /// <summary>UTC.</summary>
    public required DateTime At { get; init; }

    /// <summary>The address of the account.</summary>
    public required string Account { get; init; }

    /// <summary>Such as Firefox; null when it is not known.</summary>
    public string? Browser { get; init; }

    /// <summary>Such as Windows; null when it is not known.</summary>
    public string? System { get; init; }

    /// <summary>The IP address.</summary>
    public string? Address { get; init; }

    /// <summary>Where the address is; null when it is not known.</summary>
    public string? Place { get; init; }

    /// <summary>The app that took the password; null for a page of the server.</summary>
    public string? App { get; init; }

    /// <summary>Where the person looks after the account.</summary>
    public required string Link { get; init; }

    /// <summary>For a person whose sign-in it was not.</summary>
    public string? NotMeLink { get; init; }

    internal string? Device => DeviceWords.Of(Browser, System);

    public override string Subject(Branding brand) => Text.Of(Texts.MailNewSignInSubject, brand.Name);
}
