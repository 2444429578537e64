namespace AuthServer.Ui.Resources;

// The texts of what happened to an account.
internal static partial class Texts
{
    public static string Older => Of("Older");
    public static string Newest => Of("Newest");
    public static string EventCreated => Of("The account was created");
    public static string EventProfile => Of("Your profile was changed");
    public static string EventEmail => Of("Your e-mail address was changed");
    public static string EventEmailConfirmed => Of("Your e-mail address was confirmed");
    public static string EventEmailConfirmedAlone => Of("Your e-mail address was confirmed; earlier ways to sign in were removed");
    public static string EventEmailUnconfirmed => Of("Your e-mail address no longer counts as confirmed");
    public static string EventEmailTakenBack => Of("Your former e-mail address was restored; your password was removed");
    public static string EventEmailDisplaced => Of("Your e-mail address was removed: it belongs to somebody else");
    public static string EventPassword => Of("Your password was changed");
    public static string EventFactorAdded => Of("An authenticator app was set up");
    public static string EventFactorRemoved => Of("The authenticator app was turned off");
    public static string EventPasswordRemoved => Of("You removed your password");
    public static string EventCodesRenewed => Of("New recovery codes were made");
    public static string EventCodeUsed => Of("A recovery code was used");
    public static string EventPasskeyAdded => Of("A passkey was added");
    public static string EventPasskeyRemoved => Of("A passkey was removed");
    public static string EventRoles => Of("Your roles were changed");
    public static string EventDisabled => Of("The account was disabled");
    public static string EventEnabled => Of("The account was enabled");
    public static string EventDeletionRequested => Of("You asked to delete the account");
    public static string EventDeletionCancelled => Of("The account was kept");
    public static string EventSignInCodeAsked => Of("Somebody asked for a mail to sign in");
    public static string EventFactorCodeAsked => Of("Somebody with your password asked for a code by mail");
    public static string EventPasswordResetAsked => Of("A mail to choose a new password was asked for");
    public static string EventSignInDisowned => Of("You said that a sign-in was not yours");
    public static string EventSignedIn => Of("You signed in");
    public static string EventSignedOut => Of("You signed out");
    public static string EventSessionEnded => Of("A session was ended");
    public static string EventExported => Of("Your data was downloaded");
    public static string EventAppSignedIn => Of("You signed in to {0}");
    public static string EventAppSignedOut => Of("{0} was signed out");
    public static string EventAppAllowed => Of("You allowed {0} to use your account");
    public static string EventAppWithdrawn => Of("You removed the access of {0}");
    public static string EventOther => Of("Security event: {0}");
    public static string EventByAdmin => Of("{0} (by an administrator)");
}
