namespace AuthServer.Ui;

/// <summary>The addresses of the hosted pages: their forms post to them, and the protocol sends people there.</summary>
public static class PagePaths
{
    public const string SignIn = "/signin";

    /// <summary>Keeps an account that was to be deleted.</summary>
    public const string KeepAccount = SignIn + "/keep";

    /// <summary>Takes a person who does not want to sign in back to the app that asked.</summary>
    public const string CancelSignIn = SignIn + "/cancel";

    /// <summary>The code that follows the password.</summary>
    public const string SecondFactor = SignIn + "/second-factor";

    /// <summary>Sends a mail with a code in the place of the one of the app.</summary>
    public const string SecondFactorMail = SecondFactor + "/email";

    /// <summary>Takes the code of the mail.</summary>
    public const string SecondFactorMailCode = SecondFactorMail + "/code";

    public const string SecondFactorSetUp = SecondFactor + "/set-up";

    /// <summary>A passkey in the place of the code.</summary>
    public const string SecondFactorPasskey = SecondFactor + "/passkey";

    public const string SecondFactorQuestion = SecondFactorPasskey + "/question";

    /// <summary>The link in the mail about a new sign-in, for whoever it was not.</summary>
    public const string NotMe = SignIn + "/not-me";

    /// <summary>Signs a person in with a passkey, which answers the question.</summary>
    public const string SignInByPasskey = SignIn + "/passkey";

    public const string SignInQuestion = SignInByPasskey + "/question";

    /// <summary>Sends a mail with a code and a link to sign in.</summary>
    public const string SignInByEmail = SignIn + "/email";

    /// <summary>Takes the code of the mail.</summary>
    public const string SignInCode = SignInByEmail + "/code";

    /// <summary>The link of the mail.</summary>
    public const string SignInLink = SignInByEmail + "/link";

    /// <summary>Tells what was removed when the address was proven for the first time.</summary>
    public const string SignInProven = SignInByEmail + "/proven";

    /// <summary>Offers a passkey to a person who has just signed in with a password.</summary>
    public const string PasskeyOffer = SignInByPasskey + "/offer";

    public const string PasskeyOfferQuestion = PasskeyOffer + "/question";

    /// <summary>Sends a person to another provider; the provider sends them back to an address below, which ends with its name.</summary>
    public const string SignInWith = SignIn + "/with";

    /// <summary>Asks whether a sign-in of another provider is to be connected with the account.</summary>
    public const string ConnectSignIn = SignIn + "/connect";

    public const string CreateAccount = "/signup";

    /// <summary>Judges a password while it is typed.</summary>
    public const string JudgePassword = CreateAccount + "/password";

    /// <summary>Takes the code of the mail that confirms a new account.</summary>
    public const string CreateAccountCode = CreateAccount + "/code";

    /// <summary>Makes an account that begins with a passkey, once its address is proven.</summary>
    public const string CreateAccountPasskey = CreateAccount + "/passkey";

    public const string CreateAccountQuestion = CreateAccountPasskey + "/question";

    /// <summary>The link of the same mail.</summary>
    public const string ConfirmAccount = CreateAccount + "/confirm";

    /// <summary>Asks for the mail with code and link of a new password.</summary>
    public const string ForgottenPassword = "/password/forgotten";

    /// <summary>Takes the code of the mail.</summary>
    public const string PasswordCode = "/password/code";

    /// <summary>The link of the mail, and where the new password is posted to.</summary>
    public const string ResetPassword = "/password/reset";

    /// <summary>Asks for the mail that confirms the address.</summary>
    public const string ConfirmEmail = "/email/confirm";

    /// <summary>Takes the code of a mail that confirms or changes the address.</summary>
    public const string EmailCode = "/email/code";

    /// <summary>The link of the same mails.</summary>
    public const string EmailLink = "/email/link";

    /// <summary>The link that takes a change of the address back.</summary>
    public const string UndoEmail = "/email/undo";

    public const string SignOut = "/signout";
    public const string SignedOut = "/signed-out";
    public const string Consent = "/consent";

    /// <summary>Takes the user code of a device (RFC 8628 section 3.3), and shows what the device asks for.</summary>
    public const string Device = "/device";

    /// <summary>Takes what the person decided.</summary>
    public const string DeviceDecision = Device + "/decision";

    /// <summary>What apps ask that have named the person (CIBA).</summary>
    public const string Approve = "/approve";

    /// <summary>Takes what the person decided.</summary>
    public const string ApproveDecision = Approve + "/decision";

    /// <summary>Where people manage their account; the sections stand below it.</summary>
    public const string Account = "/account";

    public const string AccountProfile = Account + "/profile";
    public const string AccountPicture = AccountProfile + "/picture";
    public const string AccountPictureRemoval = AccountPicture + "/remove";
    public const string AccountLanguage = AccountProfile + "/language";
    public const string AccountTheme = AccountProfile + "/theme";
    public const string AccountSecurity = Account + "/security";
    public const string AccountPassword = AccountSecurity + "/password";
    public const string AccountPasswordRemoval = AccountPassword + "/remove";
    public const string AccountEmail = AccountSecurity + "/email";
    public const string AccountPasskeys = AccountSecurity + "/passkeys";
    public const string AccountNewPasskey = AccountPasskeys + "/new";
    public const string AccountPasskeyQuestion = AccountPasskeys + "/question";

    /// <summary>One passkey, named by the parameter <c>id</c>.</summary>
    public const string AccountPasskey = AccountSecurity + "/passkey";

    public const string AccountPasskeyName = AccountPasskey + "/name";
    public const string AccountPasskeyRemoval = AccountPasskey + "/remove";
    /// <summary>Sends a person to another provider, whose sign-in is then connected.</summary>
    public const string AccountConnect = AccountSecurity + "/connect";

    public const string AccountDisconnect = AccountSecurity + "/disconnect";
    public const string AccountSessions = Account + "/sessions";
    public const string AccountSessionsEnd = AccountSessions + "/end";
    public const string AccountSessionsEndOthers = AccountSessions + "/end-others";
    public const string AccountApps = Account + "/apps";
    public const string AccountAppsWithdraw = AccountApps + "/withdraw";
    public const string AccountActivity = Account + "/activity";
    public const string AccountData = Account + "/data";
    public const string AccountExport = AccountData + "/export";
    public const string AccountDelete = AccountData + "/delete";

    /// <summary>The authenticator app of the person who is signed in, its set-up and its removal.</summary>
    public const string AuthenticatorApp = AccountSecurity + "/totp";

    /// <summary>Another app in the place of the one that is there.</summary>
    public const string AuthenticatorAppReplacement = AuthenticatorApp + "/replace";

    /// <summary>The recovery codes of a person whose second factor is a passkey alone.</summary>
    public const string PasskeyRecoveryCodes = AccountSecurity + "/recovery-codes";

    public const string SecondFactorRemoval = AuthenticatorApp + "/remove";
    public const string RecoveryCodes = AuthenticatorApp + "/recovery-codes";
    public const string RememberedDevices = AuthenticatorApp + "/devices";

    /// <summary>Below it are the pictures that people have uploaded.</summary>
    public const string Pictures = "/pictures/";

    /// <summary>The mails that became files, in Development alone.</summary>
    public const string DevMail = "/dev/mail";

    /// <summary>Every page and mail in every state, in Development alone.</summary>
    public const string DevGallery = "/dev/gallery";

    /// <summary>The demo app, in Development alone.</summary>
    public const string Demo = "/demo";

    public const string DemoCallback = Demo + "/callback";
}
