namespace AuthServer.Ui.Resources;

// The texts of passkeys.
internal static partial class Texts
{
    public static string SignInWithPasskey => Of("Sign in with a passkey");
    public static string PasskeyRefused => Of("This passkey was not accepted. Try again, or sign in another way.");
    public static string PasskeyCancelled => Of("No passkey was used. Try again, or go on another way.");
    public static string PasskeyTimedOut => Of("The time for the passkey ran out. Try again.");
    public static string PasskeyUnsupported => Of("This browser or device cannot use a passkey here. Go on another way.");
    public static string PasskeyExists => Of("This device has a passkey for your account already.");
    public static string Passkeys => Of("Passkeys");
    public static string PasskeysAbout => Of("Sign in with your fingerprint, face or PIN instead of your password.");
    public static string AddPasskey => Of("Add a passkey");
    public static string NewPasskeyLede => Of(
        "Your device or password manager keeps the passkey and asks for your fingerprint, face or PIN when you use it.");
    public static string PasskeyAdded => Of("Added {0}");
    public static string PasskeyLastUsed => Of("last used {0}");
    public static string PasskeyNeverUsed => Of("not used yet");
    public static string PasskeySynced => Of("Synced across your devices");
    public static string PasskeyOnDevice => Of("Only on one device");
    public static string PasskeyUnnamed => Of("Passkey");
    public static string RenamePasskey => Of("Rename");
    public static string PasskeyName => Of("Name");
    public static string PasskeyNameAbout => Of("So that you know which one it is, such as the name of your phone.");
    public static string PasskeyNameWrong => Of("Enter a name of up to 100 characters.");
    public static string ChangePasskey => Of("Change");
    public static string PasskeyUse => Of("Use");
    public static string RemovePasskey => Of("Remove this passkey");
    public static string RemovePasskeyAbout => Of(
        "You cannot sign in with it afterwards. If your device still offers it, delete it there too.");
    public static string DonePasskeyAdded => Of("Your passkey was added. You can sign in with it now.");
    public static string DonePasskeyRemoved => Of("The passkey was removed.");
    public static string TooManyPasskeys => Of("You have as many passkeys as an account can have. Remove one first.");
    public static string NewPasskeyRefused => Of("The passkey was not added. Try again.");
    public static string LastWayIn => Of("This is the only way into your account. Set a password or add another passkey first.");
    public static string LastWayInWithoutPasswords => Of(
        "This is the only way into your account. Confirm your email address or add another passkey first.");
    public static string OfferPasskeyTitle => Of("Sign in faster next time");
    public static string OfferPasskeyLede => Of(
        "With a passkey you sign in with your fingerprint, face or PIN. There is no password to remember, and none to steal.");
    public static string CreatePasskey => Of("Create a passkey");
    public static string UsePasskey => Of("Use a passkey");
    public static string SecondStepPasskeyTitle => Of("Use your passkey");
    public static string SecondStepPasskeyHint => Of("Your password is right. Confirm with your passkey that it is you.");
    public static string SecondStepPasskeyMissing => Of("This browser cannot use passkeys. Sign in on the device that has yours.");
    public static string PasskeyWanted => Of("Sign in with your passkey to change how you sign in.");
    public static string PasswordRemoval => Of("Remove the password");
    public static string PasswordRemovalLede => Of(
        "You then sign in with a passkey alone, and there is no password that anybody could guess or steal.");
    public static string PasswordRemovalEffect => Of("All your other sessions end. You can set a password again at any time.");
    public static string PasswordRemovalNeedsPasskey => Of("Add a passkey first. Without a password it is your way into the account.");
    public static string PasswordRemovalNeedsAnother => Of(
        "You need another way back in case you lose your passkey: confirm your email address, or add a passkey of another device.");
    public static string PasswordRemovalNeedsPasskeyAlone => Of(
        "You need another way back in case you lose your passkey: add a passkey of another device.");
    public static string DonePasswordRemoved => Of("Your password was removed. Other sessions were signed out.");
    public static string PasskeyInsteadOfPassword => Of("Use a passkey instead of a password");
    public static string CreateYourPasskey => Of("Create your passkey");
    public static string CreateYourPasskeyFor => Of("It signs you in to {0} with your fingerprint, face or PIN.");
    public static string CreateYourPasskeyMissing => Of(
        "This browser cannot make passkeys. Choose a password instead.");
    public static string PasswordInsteadOfPasskey => Of("Choose a password instead");
}
