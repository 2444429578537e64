using AuthServer.Ui.Protocol.Errors;

namespace AuthServer.Ui.Gallery;

/// <summary>The error page in every state.</summary>
internal static class ErrorStates
{
    private static readonly ErrorModel Error = new()
    {
        Text = "The app sent an address to return to that is not registered for it. Nothing was shared. " +
            "Go back to the app and try again; if it keeps happening, tell the people who run it.",
        Reference = "7F3K-92QD",
    };

    private static readonly ErrorModel OfStranger = new()
    {
        Reference = "7F3K-92QD",
        Stranger = new StrangerApp("app.fieldnotes.example", "fieldnotes.example", "AuthPlatform"),
        BackUrl = "https://app.fieldnotes.example/callback?error=invalid_scope",
    };

    public static readonly IReadOnlyList<PageState> All =
    [
        Of("error", Error with { BackUrl = "https://fieldnotes.example/", BackTo = "Fieldnotes" }),
        Of(
            "error-for-developers",
            Error with { OAuthError = new OAuthError(
                "invalid_request", "The specified 'redirect_uri' is not valid for this client application."), BackUrl = "/" }),
        Of(
            "error-of-a-stranger",
            OfStranger with { Reason = ErrorReason.Request, OAuthError = new OAuthError("invalid_scope", "The scope is not known.") }),
        Of(
            "error-not-allowed",
            OfStranger with { Reason = ErrorReason.NotAllowed, BackFields = [new("error", "access_denied"), new("state", "af0ifjs")] }),
        Of(
            "error-sign-in-needed",
            Error with { StatusCode = 401, Text = "Your session is over. Sign in and try again.", BackUrl = "/signin" }),
        Of(
            "error-no-permission",
            Error with { StatusCode = 403,
                Text = "Your account may not open this page. Ask the people who run this server if you should." }),
        Of("error-not-found", Error with { StatusCode = 404, Text = "Check the address, or go back to the app you came from." }),
        Of("error-too-many", Error with { StatusCode = 429, Text = "Wait a minute, then try again." }),
        Of("error-ours", Error with { StatusCode = 500, Text = "Nothing was lost. Try again in a moment." }),
        Of("error-busy", Error with { StatusCode = 503, Text = "Wait 30 seconds, then try again." }),
        Of("error-titled", Error with { Title = "This link has been used", Text = "Ask the app for a new one." }),
    ];

    private static PageState Of(string name, ErrorModel model) => new(name, typeof(ErrorPage), model);
}
