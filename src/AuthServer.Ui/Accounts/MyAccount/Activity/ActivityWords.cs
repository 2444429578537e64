using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Accounts.MyAccount.Activity;

/// <summary>What can happen to an account, as a person is told of it.</summary>
public enum ActivityKind
{
    /// <summary>Something that this version has no words for.</summary>
    Other,
    Created,
    ProfileChanged,
    EmailChanged,
    EmailConfirmed,

    /// <summary>Confirmed by a sign-in by mail, which has removed the ways in of before.</summary>
    EmailConfirmedAlone,
    EmailUnconfirmed,
    EmailTakenBack,

    /// <summary>The address, never confirmed, went to the account that proved it.</summary>
    EmailDisplaced,
    PasswordChanged,
    PasswordRemoved,
    PasswordResetAsked,
    SignInDisowned,
    SecondFactorAdded,
    SecondFactorRemoved,
    FactorCodeAsked,
    RecoveryCodesRenewed,
    RecoveryCodeUsed,
    PasskeyAdded,
    PasskeyRemoved,
    Connected,
    Disconnected,
    RolesChanged,
    Disabled,
    Enabled,
    DeletionRequested,
    DeletionCancelled,
    SignInCodeAsked,
    SignedIn,
    AppSignedIn,
    SignedOut,
    AppSignedOut,
    SessionEnded,
    AppAllowed,
    AppWithdrawn,
    AccessPassedOn,
    ApprovalGiven,
    ApprovalDenied,
    DeviceApproved,
    DeviceDenied,
    Exported,
}

/// <summary>Events in words.</summary>
public static class ActivityWords
{
    /// <param name="app">The app through which it happened.</param>
    /// <param name="byOther">True when it was not the person.</param>
    /// <param name="word">The name of the event, for one without words.</param>
    public static string Of(ActivityKind kind, string? app, bool byOther, string word)
    {
        var text = kind switch
        {
            ActivityKind.Created => Texts.EventCreated,
            ActivityKind.ProfileChanged => Texts.EventProfile,
            ActivityKind.EmailChanged => Texts.EventEmail,
            ActivityKind.EmailConfirmed => Texts.EventEmailConfirmed,
            ActivityKind.EmailConfirmedAlone => Texts.EventEmailConfirmedAlone,
            ActivityKind.EmailUnconfirmed => Texts.EventEmailUnconfirmed,
            ActivityKind.EmailTakenBack => Texts.EventEmailTakenBack,
            ActivityKind.EmailDisplaced => Texts.EventEmailDisplaced,
            ActivityKind.PasswordChanged => Texts.EventPassword,
            ActivityKind.PasswordRemoved => Texts.EventPasswordRemoved,
            ActivityKind.PasswordResetAsked => Texts.EventPasswordResetAsked,
            ActivityKind.SignInDisowned => Texts.EventSignInDisowned,
            ActivityKind.SecondFactorAdded => Texts.EventFactorAdded,
            ActivityKind.SecondFactorRemoved => Texts.EventFactorRemoved,
            ActivityKind.FactorCodeAsked => Texts.EventFactorCodeAsked,
            ActivityKind.RecoveryCodesRenewed => Texts.EventCodesRenewed,
            ActivityKind.RecoveryCodeUsed => Texts.EventCodeUsed,
            ActivityKind.PasskeyAdded => Texts.EventPasskeyAdded,
            ActivityKind.PasskeyRemoved => Texts.EventPasskeyRemoved,
            ActivityKind.Connected => Texts.EventConnected,
            ActivityKind.Disconnected => Texts.EventDisconnected,
            ActivityKind.RolesChanged => Texts.EventRoles,
            ActivityKind.Disabled => Texts.EventDisabled,
            ActivityKind.Enabled => Texts.EventEnabled,
            ActivityKind.DeletionRequested => Texts.EventDeletionRequested,
            ActivityKind.DeletionCancelled => Texts.EventDeletionCancelled,
            ActivityKind.SignInCodeAsked => Texts.EventSignInCodeAsked,
            ActivityKind.SignedIn => Texts.EventSignedIn,
            ActivityKind.SignedOut => Texts.EventSignedOut,
            ActivityKind.SessionEnded => Texts.EventSessionEnded,
            ActivityKind.Exported => Texts.EventExported,
            ActivityKind.AppSignedIn => Text.Of(Texts.EventAppSignedIn, app),
            ActivityKind.AppSignedOut => Text.Of(Texts.EventAppSignedOut, app),
            ActivityKind.AppAllowed => Text.Of(Texts.EventAppAllowed, app),
            ActivityKind.AppWithdrawn => Text.Of(Texts.EventAppWithdrawn, app),
            ActivityKind.ApprovalGiven => Text.Of(Texts.EventApprovalGiven, app),
            ActivityKind.ApprovalDenied => Text.Of(Texts.EventApprovalDenied, app),
            ActivityKind.AccessPassedOn => Text.Of(Texts.EventAccessPassedOn, app),
            ActivityKind.DeviceApproved => Text.Of(Texts.EventDeviceApproved, app),
            ActivityKind.DeviceDenied => Text.Of(Texts.EventDeviceDenied, app),
            _ => Text.Of(Texts.EventOther, word),
        };
        return byOther ? Text.Of(Texts.EventByAdmin, text) : text;
    }
}
