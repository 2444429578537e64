namespace AuthServer.Ui.Resources;

// The texts of what many pages say.
internal static partial class Texts
{
    public static string PageTitle => Of("{0} - {1}");
    public static string ListSeparator => Of(", ");
    public static string Privacy => Of("Privacy");
    public static string Terms => Of("Terms");
    public static string Help => Of("Help");
    public static string PageOfServer => Of("A page of {0}");
    public static string Email => Of("Email");
    public static string Password => Of("Password");
    public static string Show => Of("Show");
    public static string Hide => Of("Hide");
    public static string ShowPassword => Of("Show password");
    public static string HidePassword => Of("Hide password");
    public static string Optional => Of("(optional)");
    public static string Switch => Of("Switch");
    public static string SwitchAccount => Of("Switch to another account");
    public static string Continue => Of("Continue");
    public static string GoBack => Of("Go back");
    public static string ToHome => Of("Go to your account");
    public static string BackTo => Of("Back to {0}");
    public static string SignIn => Of("Sign in");
    public static string SignOut => Of("Sign out");
    public static string ToContinueTo => Of("to continue to {0}");
    public static string TooManyTries => Of("There were too many tries. Wait {0}, then try again.");
    public static string ServerBusy => Of("The server is busy right now. Wait {0}, then try again.");
    public static string WaitALittle => Of("a little");
    public static readonly CountedText WaitSeconds = new(
        nameof(WaitSeconds), one: "a second", other: "{0} seconds");
    public static readonly CountedText WaitMinutes = new(
        nameof(WaitMinutes), one: "a minute", other: "{0} minutes");
    public static readonly CountedText WaitHours = new(
        nameof(WaitHours), one: "an hour", other: "{0} hours");
    public static string AgoNow => Of("just now");
    public static readonly CountedText AgoMinutes = new(
        nameof(AgoMinutes), one: "a minute ago", other: "{0} minutes ago");
    public static readonly CountedText AgoHours = new(
        nameof(AgoHours), one: "an hour ago", other: "{0} hours ago");
    public static readonly CountedText AgoDays = new(
        nameof(AgoDays), one: "a day ago", other: "{0} days ago");
    public static string OnDay => Of("on {0}");
    public static string DayFormat => Of("d MMMM yyyy");
    public static string DeviceOn => Of("{0} on {1}");
    public static string DeviceUnknown => Of("Unknown device");
    public static string TimeUtc => Of("{0} UTC");
}
