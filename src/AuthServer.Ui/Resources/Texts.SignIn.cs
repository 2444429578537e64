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
}
