namespace AuthServer.Ui.Resources;

// The texts of the second step of the sign-in, and what is set up for it.
internal static partial class Texts
{
    public static string SecondStepTitle => Of("Enter your code");
    public static string AppCodeHint => Of("Open your authenticator app and type the six digits it shows for this account.");
    public static string Code => Of("Code");
    public static string CodeMissing => Of("Enter the code.");
    public static string AppCodeWrong => Of(
        "That code is not right. Wait for the next one in your app, then type it. If it keeps failing, check that the clock of "
        + "your phone is set automatically.");
    public static string CodeFormExpired => Of("This page was out of date. Enter a new code.");
    public static string RememberDevice => Of("Don’t ask again on this device for 30 days");
    public static string UseRecoveryCode => Of("Use a recovery code instead");
    public static string UseAppCode => Of("Use the code of the app instead");
    public static string SendFactorCode => Of("Email me a code instead");
    public static string FactorCodeSent => Of("A mail is on its way to {0}. Type the code from it.");
    public static string RecoveryCodeTitle => Of("Use a recovery code");
    public static string RecoveryCodeHint => Of("Type one of the recovery codes that you kept. Each works once.");
    public static string RecoveryCode => Of("Recovery code");
    public static string RecoveryCodeMissing => Of("Enter a recovery code.");
    public static string RecoveryCodeWrong => Of("That recovery code is not right, or it was used before. Check it, or use another one.");
    public static string CodeOrRecoveryCode => Of("Code of the app, or a recovery code");
    public static string SetUpTitle => Of("Set up an authenticator app");
    public static string SetUpHint => Of("After your password, a code of the app on your phone proves that it is you.");
    public static string SetUpDemanded => Of("Your account needs a second proof besides the password. This takes a minute, once.");
    public static string SetUpScan => Of("Scan this with an authenticator app, such as the password app of your phone.");
    public static string QrCode => Of("QR code with the key of your account");
    public static string SetUpSameDevice => Of("Open it in an app on this device");
    public static string SetUpByHand => Of("Can’t scan the code?");
    public static string SetUpKey => Of("Add an account by hand in the app and type this key. It is time-based.");
    public static string SetUpProve => Of("Type the six digits that the app shows now.");
    public static string SetUpDone => Of("Turn on");
    public static string SetUpFormExpired => Of(
        "This page was out of date. Scan the new code; delete the entry of the old one in your app.");
    public static string NotNow => Of("Not now");
    public static string RecoveryCodesTitle => Of("Keep your recovery codes");
    public static string RecoveryCodesHint => Of(
        "If you lose your phone, each of these codes signs you in once. They are shown only now: keep them where you keep what matters.");
    public static string Download => Of("Download");
    public static string RecoveryCodesKept => Of("I have kept them");
    public static string RecoveryCodesFile => Of("Recovery codes of {0}.txt");
    public static string FactorTitle => Of("Authenticator app");
    public static string FactorOff => Of("Off. With it, signing in takes your password and a code of an app on your phone.");
    public static string FactorSetUp => Of("Set it up");
    public static string FactorManage => Of("Codes, devices and more");
    public static string FactorOn => Of("On. Signing in takes your password and a code of the app.");
    public static string FactorSince => Of("Set up {0}");
    public static string RecoveryCodesName => Of("Recovery codes");
    public static readonly CountedText RecoveryCodesLeft = new(
        nameof(RecoveryCodesLeft), one: "One recovery code is left.", other: "{0} recovery codes are left.");
    public static string RecoveryCodesNone => Of("You have none. With one of them you get in when your passkey is lost.");
    public static string RecoveryCodesRenew => Of("Make new codes");
    public static string DevicesName => Of("Devices that are not asked");
    public static string DevicesNone => Of("There are none: every sign-in asks for a code.");
    public static string DeviceForget => Of("Ask again");
    public static string FactorReplace => Of("Set it up on another phone");
    public static string FactorReplaceHint => Of(
        "The new app takes the place of the one you have: its codes and your recovery codes then no longer work.");
    public static string FactorRemoval => Of("Turn it off");
    public static string FactorRemove => Of("Turn off the authenticator app");
}
