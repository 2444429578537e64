namespace AuthServer.Ui.Resources;

// The texts of the sign-out.
internal static partial class Texts
{
    public static string SignOutQuestion => Of("Sign out?");
    public static string SignOutAsked => Of("{0} asks to sign you out. You also leave the other apps you opened with this account here.");
    public static string SignOutMeaning => Of("You also leave the apps you opened with this account here.");
    public static string StaySignedIn => Of("Stay signed in");
    public static string SignedOut => Of("You are signed out");
    public static string SignedOutClose => Of("You can close this window.");
    public static string SignedOutShared => Of("On a shared device, close the window too.");
}
