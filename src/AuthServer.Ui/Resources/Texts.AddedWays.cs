namespace AuthServer.Ui.Resources;

/// <summary>What was added to an account lately, on the page for a new password.</summary>
internal static partial class Texts
{
    public static string AddedTitle => Of("Added in the last 7 days");
    public static string AddedLede => Of("Somebody who knew your password may have added one of these. Then remove them all.");
    public static string AddedPasskey => Of("A passkey");
    public static string AddedPasskeyNamed => Of("The passkey {0}");
    public static string AddedApp => Of("An authenticator app");
    public static string AddedRecoveryCodes => Of("New recovery codes");
    public static string AddedProvider => Of("Sign-in with {0}");
    public static string AddedAllowedApp => Of("Access for {0}");
    public static string AddedSince => Of("added {0}");
    public static string AddedRemove => Of("Remove everything in this list");
    public static string AddedFactorsStay => Of(
        "Passkeys, authenticator app and recovery codes stay, because this server wants a second factor. Ask an administrator to "
        + "remove them.");
    public static string MailPlace => Of("Place");
    public static string MailWayInAddedNotYou => Of(
        "If it was not you, choose a new password. That signs everybody out, and on the way you can remove what was added in the last "
        + "7 days.");
}
