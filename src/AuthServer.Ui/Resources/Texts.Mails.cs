namespace AuthServer.Ui.Resources;

// The texts of mails.
internal static partial class Texts
{
    public static string MailReason => Of("You get this email because it is about the security of your account at {0}.");
    public static string MailLinkHint => Of("If the button does not work, open this address:");
    public static string MailToAccount => Of("Go to your account");
    public static string MailWhen => Of("When");
    public static string MailDevice => Of("Device");
    public static string MailApp => Of("App");
    public static string MailIpAddress => Of("IP address");
    public static string MailNewSignInSubject => Of("New sign-in to your {0} account");
    public static string MailNewSignInTitle => Of("New sign-in to your account");
    public static string MailNewSignInLede => Of("The account {0} was used on a device where it was not used before.");
    public static string MailNewSignInYou => Of("If this was you, there is nothing to do.");
    public static string MailNewSignInNotYou => Of(
        "If it was not you, somebody may know your password. Change it now: that also ends every other session.");
    public static string MailPasswordChangedSubject => Of("Your {0} password was changed");
    public static string MailPasswordChangedTitle => Of("Your password was changed");
    public static string MailPasswordChangedLede => Of("The account {0} has a new password.");
    public static string MailPasswordChangedByAdmin => Of("An administrator has given the account {0} a new password.");
    public static string MailPasswordChangedSessions => Of("Other devices and apps that were signed in have to sign in again.");
    public static string MailPasswordChangedNotYou => Of(
        "If you did not change it, somebody else has access to your account. Tell the people who run it at once.");
    public static string MailPasswordChangedAdmin => Of("If you did not ask for this, tell the people who run it.");
    public static string MailPasswordRemovedSubject => Of("Your {0} password was removed");
    public static string MailPasswordRemovedTitle => Of("Your password was removed");
    public static string MailPasswordRemovedLede => Of("The account {0} has no password any more. Its passkeys sign in.");
    public static string MailTestSubject => Of("Test email from {0}");
    public static string MailTestTitle => Of("Email works");
    public static string MailTestLede => Of("This email was sent by {0}, on the command of an operator.");
    public static string MailTestCheck => Of("If it is in the spam folder, check SPF, DKIM and DMARC of the domain that it comes from.");
    public static string MailTestReason => Of("An operator of {0} has sent it to try out the delivery of email.");
    public static string MailPasswordResetSubject => Of("Your new password for {0}");
    public static string MailPasswordResetLede => Of("A new password was asked for your account {0}.");
    public static string MailCodeOrLink => Of(
        "Type the code where you asked for it. On another device, or if that page is closed, open the link.");
    public static string MailCodeLifetime => Of("Code and link work once, for {0}. Give the code to nobody, whoever asks for it.");
    public static string MailPasswordResetNotYou => Of("If you did not ask for it, do nothing. Your password stays as it is.");
    public static string MailNoAccountTitle => Of("There is no account here");
    public static string MailNoAccountLede => Of("A new password was asked for {0}, but no account that can be used has this email.");
    public static string MailNoAccountOther => Of("Perhaps your account has another email of yours. Try that one.");
    public static string MailNotYouNothing => Of("If you did not ask for it, do nothing.");
    public static string MailAskedReason => Of("You get this email because it was typed at {0}.");
    public static string MailConfirmSubject => Of("Confirm your email for {0}");
    public static string MailConfirmLede => Of("The email {0} was given for an account. Confirm that it is yours.");
    public static string MailConfirmNewAccount => Of("An account is being made for {0}. Confirm that the email is yours.");
    public static string MailAccountExistsTitle => Of("You have an account already");
    public static string MailAccountExistsLede => Of(
        "An account was to be made or changed with the email {0}, which has an account already. Nothing was changed.");
    public static string MailAccountExistsHow => Of(
        "If this was you, sign in to that account. If you do not know its password any more, choose a new one.");
    public static string MailEmailChangedSubject => Of("The email of your {0} account was changed");
    public static string MailEmailChangedTitle => Of("Your email was changed");
    public static string MailEmailChangedLede => Of("The account that had the email {0} has the email {1} now.");
    public static string MailEmailChangedYou => Of("If this was you, there is nothing to do.");
    public static string MailEmailChangedNotYou => Of(
        "If it was not you, somebody else is in your account. Undo the change within {0} days: that signs everybody out, "
        + "and you choose a new password.");
    public static string MailSignInSubject => Of("Sign in to {0}");
    public static string MailSignInLede => Of("Here is the code to sign in as {0}.");
    public static string MailSignInCodeOrLink => Of("Type the code where you asked for it, or open the link in the same browser.");
    public static string MailSignInLifetime => Of("The code works once, for {0}. Give it to nobody, whoever asks for it.");
    public static string MailSignInFrom => Of("It was asked for from here:");
    public static string MailSignInNotYou => Of("If it was not you, do nothing: without this mail nobody gets in.");
    public static string MailNoAccountSignIn => Of("Somebody asked to sign in as {0}, but no account that can be used has this email.");
    public static string MailAccountExistsSignIn => Of("If this was you, sign in to that account.");
    public static string MailTypeCode => Of("Type the code where you asked for it.");
    public static string MailFactorTitle => Of("Your code");
    public static string MailFactorLede => Of("Here is the code that completes the sign-in as {0}.");
    public static string MailFactorNotYou => Of(
        "If it was not you, somebody knows your password: change it. Without this code they do not get in.");
    public static string MailAppAdded => Of("An authenticator app was set up");
    public static string MailAppRemoved => Of("The authenticator app was removed");
    public static string MailAppReplaced => Of("The authenticator app was replaced");
    public static string MailRecoveryCodesRenewed => Of("New recovery codes were made");
    public static string MailPasskeyAdded => Of("A passkey was added");
    public static string MailPasskeyRemoved => Of("A passkey was removed");
    public static string MailPasskeysRemoved => Of("Passkeys were removed");
    public static string MailAppAddedMeaning => Of("When you sign in with your password, you are asked for a code of the app from now on.");
    public static string MailAppRemovedMeaning => Of(
        "The app, its recovery codes and the devices that needed no code were removed.");
    public static string MailAppReplacedMeaning => Of(
        "Codes of the former app, and the recovery codes that you had before, no longer work.");
    public static string MailRecoveryCodesMeaning => Of("The recovery codes that you had before no longer work.");
    public static string MailPasskeyAddedMeaning => Of(
        "Whoever has it and can unlock the device gets into your account without the password.");
    public static string MailPasskeyRemovedMeaning => Of("It no longer signs anybody in.");
    public static string MailProviderConnected => Of("A sign-in was connected");
    public static string MailProviderDisconnected => Of("A sign-in was disconnected");
    public static string MailProviderConnectedMeaning => Of("It signs in to your account from now on.");
    public static string MailWayInSubject => Of("{0}: your {1} account");
    public static string MailWayInLede => Of("This is about your account {0}.");
    public static string MailWayInByAdmin => Of("An administrator has done this for the account {0}.");
    public static string MailPasskeyName => Of("Passkey");
    public static string MailWayInNotYou => Of(
        "If it was not you, somebody else is in your account: remove what you do not know, change your password, and sign "
        + "out everywhere.");
    public static string MailAccountClosedSubject => Of("Your {0} account is closed");
    public static string MailAccountClosedTitle => Of("Your account is closed");
    public static string MailAccountClosedLede => Of("The account {0} was closed, and is signed out everywhere.");
    public static string MailAccountClosedKeep => Of(
        "It will be deleted on {0}, with everything in it. To keep it, sign in before that day.");
    public static string MailAccountClosedNotYou => Of(
        "If it was not you, somebody else was in your account. Choose a new password first, then sign in and keep it.");
    public static string MailAccountKeptSubject => Of("Your {0} account stays");
    public static string MailAccountKeptTitle => Of("Your account stays");
    public static string MailAccountKeptLede => Of("The account {0} was to be deleted. It is open again, and nothing is lost.");
    public static string MailAccountKeptNotYou => Of("If it was not you, somebody else may know your password. Change it now.");
    public static string MailEmailMovedLede => Of("The account that had the email {0} has another one now.");
    public static string MailEmailChangedAsk => Of("If it was not you, tell the people who run it at once.");
    public static string MailNewSignInNotMe => Of(
        "If it was not you, somebody may know your password. The button signs everybody out, and you choose a new one.");
    public static string NotMe => Of("This wasn't me");
    public static string MailPasswordResetByAdmin => Of("An administrator lets you choose a new password for your account {0}.");
    public static string MailLinkLifetime => Of("The link works once, for {0}.");
}
