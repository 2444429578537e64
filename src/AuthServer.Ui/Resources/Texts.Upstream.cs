namespace AuthServer.Ui.Resources;

// The texts of the sign-in with other providers.
internal static partial class Texts
{
    public static string ContinueWith => Of("Continue with {0}");
    public static string LastUsed => Of("Last used");
    public static string OrWith => Of("or");
    public static string ConnectFirst => Of("There is an account with this address already. Sign in to it once, then you can connect {0}.");
    public static string ConnectTitle => Of("Connect {0}?");
    public static string ConnectQuestion => Of("You can then sign in to this account with {0}, as {1}.");
    public static string ConnectQuestionNameless => Of("You can then sign in to this account with {0}.");
    public static string ConnectNow => Of("Connect");
    public static string ConnectNot => Of("Not now");
    public static string UpstreamFailedTitle => Of("That did not work");
    public static string UpstreamUnavailable => Of("{0} does not answer right now. Try again in a moment, or sign in another way.");
    public static string UpstreamCancelled => Of("You have not signed in with {0}. You can try again, or sign in another way.");
    public static string UpstreamCancelledTitle => Of("Not signed in");
    public static string UpstreamRefused => Of("{0} did not confirm who you are. Try again, or sign in another way.");
    public static string UpstreamEnded => Of(
        "This sign-in was used already, took too long, or was begun in another browser. Please begin again.");
    public static string UpstreamNoAddress => Of(
        "{0} did not share an email address, which an account here needs. Allow it there, or sign in another way.");
    public static string UpstreamNotProven => Of(
        "{0} did not confirm your email address. Create an account here, or sign in to yours; then connect {0} in your account.");
    public static string UpstreamNoAccount => Of(
        "Nobody has connected {0} to an account here. Sign in to your account another way, and connect it there.");
    public static string UpstreamDisabled => Of("You cannot sign in to this account. Please ask whoever runs this service.");
    public static string UpstreamOfAnother => Of("This sign-in with {0} is connected to another account.");
    public static string UpstreamNotRecent => Of(
        "{0} did not confirm that you have just signed in. Please prove in another way that it is you.");
    public static string UpstreamTooMany => Of("There were too many new sign-ins from here. Try again in {0}.");
    public static string OtherWays => Of("Sign in another way");
    public static string BackToAccount => Of("Back to your account");
    public static string Connections => Of("Connected sign-ins");
    public static string ConnectionsAbout => Of("Accounts elsewhere with which you can sign in here.");
    public static string ConnectOne => Of("Connect {0}");
    public static string Disconnect => Of("Disconnect");
    public static string ConnectedSince => Of("Connected {0}");
    public static string ConnectionIdle => Of("This server does not offer it any more.");
    public static string DoneConnected => Of("The sign-in is connected.");
    public static string DoneDisconnected => Of("The sign-in is not connected any more.");
    public static string EventConnected => Of("Sign-in of another provider connected");
    public static string EventDisconnected => Of("Sign-in of another provider disconnected");
}
