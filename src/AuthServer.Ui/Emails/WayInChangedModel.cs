using AuthServer.Ui.Layout;
using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Emails;

/// <summary>What has come or gone; the names are stored with a mail that waits.</summary>
public enum WayInChange
{
    AppAdded,
    AppRemoved,
    RecoveryCodesRenewed,
    PasskeyAdded,
    PasskeyRemoved,
    PasskeysRemoved,
    ProviderConnected,
    ProviderDisconnected,
    AppReplaced,
}

/// <summary>A way into the account has come or gone, beside password and address.</summary>
public sealed record WayInChangedModel : MailModel
{
    /// <summary>UTC.</summary>
    public required DateTime At { get; init; }

    /// <summary>The address of the account.</summary>
    public required string Account { get; init; }

    public required WayInChange Change { get; init; }

    /// <summary>What the person calls it; null where it has no name.</summary>
    public string? Name { get; init; }

    /// <summary>Whether an admin has done it.</summary>
    public bool ByAdmin { get; init; }

    /// <summary>Where a new password is asked for; null where people have none, and for a way that has gone.</summary>
    public string? ForgottenLink { get; init; }

    /// <summary>Where the person looks after the account.</summary>
    public required string Link { get; init; }

    internal string Title => Change switch
    {
        WayInChange.AppAdded => Texts.MailAppAdded,
        WayInChange.AppRemoved => Texts.MailAppRemoved,
        WayInChange.AppReplaced => Texts.MailAppReplaced,
        WayInChange.RecoveryCodesRenewed => Texts.MailRecoveryCodesRenewed,
        WayInChange.PasskeyAdded => Texts.MailPasskeyAdded,
        WayInChange.PasskeyRemoved => Texts.MailPasskeyRemoved,
        WayInChange.PasskeysRemoved => Texts.MailPasskeysRemoved,
        WayInChange.ProviderConnected => Texts.MailProviderConnected,
        WayInChange.ProviderDisconnected => Texts.MailProviderDisconnected,
        _ => throw new InvalidOperationException($"Unknown change {Change}"),
    };

    /// <summary>What it means for the person from now on.</summary>
    internal string Meaning => Change switch
    {
        WayInChange.AppAdded => Texts.MailAppAddedMeaning,
        WayInChange.AppRemoved => Texts.MailAppRemovedMeaning,
        WayInChange.AppReplaced => Texts.MailAppReplacedMeaning,
        WayInChange.RecoveryCodesRenewed => Texts.MailRecoveryCodesMeaning,
        WayInChange.PasskeyAdded => Texts.MailPasskeyAddedMeaning,
        WayInChange.ProviderConnected => Texts.MailProviderConnectedMeaning,
        _ => Texts.MailPasskeyRemovedMeaning,
    };

    public override string Subject(Branding brand) => Text.Of(Texts.MailWayInSubject, Title, brand.Name);
}
