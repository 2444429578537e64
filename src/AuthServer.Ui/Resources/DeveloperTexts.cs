namespace AuthServer.Ui.Resources;

/// <summary>The texts of pages for developers, which are in English only.</summary>
internal static class DeveloperTexts
{
    public const string DevMailTitle = "Mails of this server";
    public const string DevMailLede = "No way for mail is configured, so mails become files. In Development this page shows them.";
    public const string DevMailNone = "There are no mails yet. What the server would send becomes a file, and appears here.";
    public const string DevMailAll = "All mails";
    public const string DevMailTo = "to {0}";
    public const string DevMailAsHtml = "The mail as HTML";
    public const string DevMailAsText = "As text";
    public const string DevMailHeaders = "Headers";
    public const string DemoTitle = "Try a sign-in";
    public const string DemoStartLede =
        "A small app on this server signs you in, as an app of yours will: authorization code flow with PKCE.";
    public const string DemoStartExpired = "This page was open for too long. Start again.";
    public const string DemoStepSignIn = "Sign in as a demo person";
    public const string DemoStepSignInDetail = "Their addresses and passwords are in the console of the server.";
    public const string DemoStepAllow = "Allow the app to use the account";
    public const string DemoStepAllowDetail = "The server sends you back with a code.";
    public const string DemoStepExchange = "Exchange the code for tokens";
    public const string DemoStepExchangeDetail = "You see them decoded, with commands to use them.";
    public const string DemoStart = "Start the sign-in";
    public const string DemoAgain = "Start again";
    public const string DemoCodeTitle = "The code has arrived";
    public const string DemoCodeLede =
        "The server sent you back to the app with this answer. The code is worth nothing without the secret that the app kept (PKCE).";
    public const string DemoCodeMeaning = "Works once, within 60 seconds.";
    public const string DemoStateMeaning = "The one that the app sent: the answer belongs to this browser.";
    public const string DemoIssuerMeaning = "The server that the app asked.";
    public const string DemoExchange = "Exchange the code for tokens";
    public const string DemoCodeByHand = "An app that kept the code verifier can exchange it, once and within 60 seconds.";
    public const string DemoNotOursTitle = "There is nothing to exchange here";
    public const string DemoNotOurs = "This answer belongs to no sign-in that this browser began at /demo, or it was used already.";
    public const string DemoNoTokensTitle = "There are no tokens";
    public const string DemoDeclined = "The server answered with an error in place of a code.";
    public const string DemoRefused = "The token endpoint refused the code. It works once, within 60 seconds.";
    public const string DemoNotReached = "The token endpoint did not answer at the public address of the server. The log says why.";
    public const string DemoNotBelieved = "The tokens belong to another request, so the app does not take them.";
    public const string DemoTokensTitle = "You are signed in";
    public const string DemoSignedInAs = "You are signed in as {0}";
    public const string DemoTokensLede =
        "These tokens are the app’s. They are real: show them to nobody. Leave this page and they are gone.";
    public const string DemoUse = "Use the access token";
    public const string DemoUseKeep = "Keep it in a variable of your shell";
    public const string DemoUseUserInfo = "Ask who it is";
    public const string DemoUseApi = "Start the sample API, in another terminal";
    public const string DemoUseWrite = "Write a note there";
    public const string DemoUseRead = "Read your notes";
    public const string DemoIdToken = "ID token";
    public const string DemoIdTokenMeaning = "Tells the app who signed in, when and how. No API takes it.";
    public const string DemoAccessToken = "Access token";
    public const string DemoAccessTokenMeaning = "What the app shows to APIs. It lives for minutes; scope says what it opens, aud where.";
    public const string DemoRefreshToken = "Refresh token";
    public const string DemoRefreshTokenMeaning =
        "Brings new tokens without the person. Only this server can read it, and each use replaces it.";
    public const string DemoUseRefresh = "Get new tokens";
    public const string DemoHeader = "Header";
    public const string DemoPayload = "Payload";
    public const string ApiReferenceTitle = "API reference";
    public const string ApiReferenceWhySignIn = "Sign in to try it with your account";
    public const string ApiReferenceSignedInAs = "Requests are sent as";
    public const string ApiReferenceEnded = "Your access token has expired. Sign in again to go on.";
    public const string ApiReferenceFailed = "The sign-in was not completed. Sign in again.";
    public const string ApiReferenceNoScript = "This page needs JavaScript. The document that it draws:";
}
