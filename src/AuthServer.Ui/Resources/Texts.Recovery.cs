namespace AuthServer.Ui.Resources;

// The texts of forgotten passwords and the e-mail address.
internal static partial class Texts
{
    public static string ForgottenPassword => Of("Forgot your password?");
    public static string ForgottenPasswordHow => Of(
        "Enter the email of your account. You get a mail with a code to choose a new password.");
    public static string SendCode => Of("Send code");
    public static string RememberedPassword => Of("You know it after all?");
    public static string TooManyMails => Of("Several mails were sent to this email already. Open the link in the latest one, or wait {0}.");
    public static string PageWasOutOfDate => Of("This page was out of date. Try again.");
    public static string CheckYourMail => Of("Check your mail");
    public static string ResetCodeSent => Of(
        "If {0} has an account here, a mail with a code is there in a moment. The code works for 15 minutes.");
    public static string CodeOfTheMail => Of("Code from the mail");
    public static string CodeWrong => Of("This is not the code of the latest mail. It has six digits.");
    public static string CodeEnded => Of("This code no longer works. Ask for another mail.");
    public static string TooManyCodes => Of("Too many codes were tried for this account. Open the link in the mail instead, or wait {0}.");
    public static string NoMailYet => Of("No mail yet? Check your spam folder, too.");
    public static string SendAnotherMail => Of("Send another mail");
    public static string ChooseNewPassword => Of("Choose a new password");
    public static string ChooseNewPasswordOf => Of("for {0}");
    public static string ChooseNewPasswordOutcome => Of("This signs you out everywhere.");
    public static string SaveNewPassword => Of("Change password");
    public static string PasswordSet => Of("Your password is changed");
    public static string PasswordSetOutcome => Of("You are signed out everywhere. Sign in with the new password.");
    public static string LinkEnded => Of("This link no longer works");
    public static string LinkEndedWhy => Of("A link works once, and only for a short time. Ask for another mail if you still need one.");
    public static string LinkEndedAskOperator => Of(
        "A link works once, and only for a short time. Ask the people who run this server for another one.");
    public static string ConfirmEmail => Of("Confirm your email");
    public static string TakeEmailBack => Of("Undo the change");
    public static string CodeSent => Of("A mail is on its way to {0}. Type the code from it within 15 minutes.");
    public static string ConfirmEmailWhy => Of(
        "Show that {0} is yours: only then apps rely on it, and you can get back in when you forget your password.");
    public static string ConfirmEmailNeeded => Of("Apps open once you have shown that {0} is yours.");
    public static string ConfirmEmailButton => Of("Confirm");
    public static string EmailLinkSignIn => Of("Sign in to the account that {0} is for, in this browser. Then open the link again.");
    public static string EmailLinkConfirm => Of("Is {0} yours?");
    public static string EmailLinkChange => Of("Your account gets the email {0}.");
    public static string EmailConfirmedTitle => Of("Your email is confirmed");
    public static string EmailConfirmedNow => Of("{0} is confirmed. You can close this window.");
    public static string EmailChangedTitle => Of("Your email is changed");
    public static string EmailChangedNow => Of("You sign in with {0} from now on.");
    public static string UndoEmailMeaning => Of(
        "Your account gets the email {0} back, everybody who is signed in to it is signed out, and you choose a new password.");
    public static string UndoEmailTaken => Of("Another account has this email by now. Ask the people who run this server.");
    public static string ChangeEmail => Of("Change email");
    public static string ChangeEmailLede => Of(
        "A code goes to the new email, and nothing changes until you enter it. The old email is told, and can undo the change for "
        + "seven days.");
    public static string NewEmail => Of("New email");
    public static string EmailSame => Of("Your account has this email already.");
    public static string NotMeTitle => Of("Was this you?");
    public static string NotMeWhen => Of("Somebody signed in to {0} on {1}.");
    public static string NotMeOutcome => Of(
        "If not, everybody is signed out, passkeys and codes that were added since are removed, the password stops working, "
        + "and a mail lets you choose a new one.");
    public static string NotMeItWasYou => Of("If it was you, close this page. Nothing has changed.");
    public static string ConfirmAccountChoose => Of("Choose the password of {0}. It may be the one that you typed when you signed up.");
    public static string ConfirmEmailForWayIn => Of(
        "First confirm that {0} is yours, so that nobody else leaves themselves a way into your account.");
}
