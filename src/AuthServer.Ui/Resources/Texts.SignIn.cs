namespace AuthServer.Ui.Resources;

// The texts of the sign-in.
internal static partial class Texts
{
    public static string KeepSignedIn => Of("Keep me signed in on this device");
    public static string NewHere => Of("New here?");
    public static string CreateAnAccount => Of("Create an account");
    public static string CreateAccount => Of("Create account");
    public static string SignInAgain => Of("Sign in again");
    public static string ChooseAccount => Of("Choose an account");
    public static string ContinueAs => Of("Continue as {0}");
    public static string UseAnotherAccount => Of("or use another account");
    public static string AnotherAccount => Of("Use another account");
    public static string OrStay => Of("or stay with this one");
    public static string PasswordMissing => Of("Enter your password.");
    public static string SignInWrong => Of("That email and password do not match. Check both and try again.");
    public static string SignInFormExpired => Of("This page was out of date. Enter your password again.");
    public static string NoCookies => Of("Your browser sent no cookie back. Allow cookies for this site, then try again.");
    public static string SignedInMeanwhile => Of(
        "You are signed in here already, perhaps in another tab. Continue, or sign in with another account.");
    public static string SignInNeeded => Of("Sign in first, then the page you asked for opens.");
    public static string SendSignInCode => Of("Email me a code");
    public static string SignInMailsUsedUp => Of("Several mails were sent to this email already. Wait {0}, then ask again.");
    public static string SignInLinkAs => Of("You sign in as {0}.");
    public static string SignInLinkElsewhereTitle => Of("Go back to where you asked");
    public static string SignInLinkElsewhere => Of(
        "This link works only in the browser that asked for it. Go back to that page and type the code from the mail.");
    public static string SignInLinkNotYou => Of(
        "Somebody asked to sign in as {0}. If it was not you, close this page and give the code to nobody.");
    public static string SignInHere => Of("Sign in here instead");
    public static string AddressProvenTitle => Of("Your email is confirmed");
    public static string AddressProvenWhy => Of(
        "The password and the passkeys that were set up before do not work any more, because it was not sure that they were yours. "
        + "Everybody who was signed in is signed out.");
}
