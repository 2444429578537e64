namespace AuthServer.Ui.Resources;

// The texts of consent, errors and what leads back to an app.
internal static partial class Texts
{
    public static string ConsentTitle => Of("Allow {0}?");
    public static string ConsentUnconfirmed => Of(
        "This app has registered itself. {0} does not know who runs it: continue only if you trust it.");
    public static string ConsentPublisher => Of(
        "{0} publishes the description of this app. {1} does not know who that is: continue only if you trust {0}.");
    public static string ConsentLocal => Of(
        "The answer goes to a program on a computer, and any program there could call itself {0}. "
        + "Continue only if you have just started it yourself.");
    public static string ConsentHeading => Of("{0} wants to use your account");
    public static string ConsentAsks => Of("If you allow it, this app can");
    public static string ConsentEnds => Of("This access ends on {0}. You can remove it at any time in your account.");
    public static string ConsentOutcome => Of("{0} shares nothing else. Either way, you go back to {1}.");
    public static string ConsentOutcomePlain => Of("{0} shares nothing else. Either way, you go back to the app.");
    public static string AppPolicy => Of("Privacy notice of {0}");
    public static string AppTerms => Of("Terms of {0}");
    public static string Allow => Of("Allow");
    public static string DoNotAllow => Of("Don’t allow");
    public static string ScopeOpenid => Of("Recognise you when you come back");
    public static string ScopeOpenidDetail => Of("By an identifier that is always the same, not by your name");
    public static string ScopeProfile => Of("See your profile");
    public static string ScopeProfileDetail => Of("Your name, picture and language");
    public static string ScopeEmail => Of("See your email address");
    public static string ScopeAddress => Of("See your postal address");
    public static string ScopePhone => Of("See your phone number");
    public static string ScopeRoles => Of("See your roles");
    public static string ScopeRolesDetail => Of("What you are allowed to do here, such as admin");
    public static string ScopeGroups => Of("See the groups that you belong to");
    public static string ScopeGroupsDetail => Of("By their names");
    public static string ScopeOffline => Of("Keep this access");
    public static string ScopeOfflineDetail => Of("Also while you are not using the app");
    public static string ClaimsSingle => Of("See single details of your profile");
    public static string ClaimName => Of("full name");
    public static string ClaimGivenName => Of("first name");
    public static string ClaimFamilyName => Of("last name");
    public static string ClaimMiddleName => Of("middle name");
    public static string ClaimNickname => Of("nickname");
    public static string ClaimUserName => Of("user name");
    public static string ClaimProfile => Of("profile page");
    public static string ClaimPicture => Of("picture");
    public static string ClaimWebsite => Of("website");
    public static string ClaimGender => Of("gender");
    public static string ClaimBirthdate => Of("date of birth");
    public static string ClaimTimeZone => Of("time zone");
    public static string ClaimLanguage => Of("language");
    public static string ClaimUpdated => Of("time of the last change");
    public static string ScopeUnnamed => Of("Use the permission {0}");
    public static string ResourceAlone => Of("Act for you at {0}");
    public static string Reference => Of("Reference");
    public static string Copy => Of("Copy");
    public static string Copied => Of("Copied");
    public static string ForDevelopers => Of("For the developer of the app");
    public static string ErrorCannotGoOn => Of("This request cannot go on");
    public static string ErrorSignInNeeded => Of("Sign in first");
    public static string ErrorNoPermission => Of("You don’t have access to this page");
    public static string ErrorNotFound => Of("Page not found");
    public static string ErrorTooMany => Of("Too many requests");
    public static string ErrorBusy => Of("The server is busy");
    public static string ErrorTooManyText => Of("There were too many requests from here. Wait a minute, then try again.");
    public static string ErrorBusyText => Of("Wait a few seconds, then try again.");
    public static string TryAgain => Of("Try again");
    public static string ErrorReturnAddress => Of(
        "{0} sent an address to return to that is not registered for it. Nothing was shared. "
        + "Trying again does not help: tell the developer of {0} about it.");
    public static string ErrorUnknownApp => Of(
        "The app that sent you here is not known to this server. Nothing was shared. "
        + "Go back to the app and try again; if it keeps happening, tell the people who run it.");
    public static string ErrorRequest => Of(
        "The app sent a request that this server cannot answer. Nothing was shared. "
        + "Go back to the app and try again; if it keeps happening, tell the people who run it.");
    public static string ErrorCannotGoOnText => Of("The server could not accept this request. Go back and try again.");
    public static string ErrorNoPermissionText => Of("Your account may not open this page.");
    public static string ErrorNotFoundText => Of("There is no page at this address. Check it, or go back to the app you came from.");
    public static string ErrorOursText => Of(
        "Try again. If it happens again, tell the people who run this server the reference below.");
    public static string ErrorOurs => Of("Something went wrong here");
    public static string ContinueTitle => Of("One moment");
    public static string ContinueHint => Of("If nothing happens by itself, continue here.");
    public static string FormPostTitle => Of("Back to the app");
    public static string FormPostHint => Of("If the app does not open by itself, continue here.");
}
