namespace AuthServer.Protocol.Errors;

/// <summary>What the error page tells a person; the detail for developers stands beside it.</summary>
internal static class ErrorTexts
{
    /// <summary>Stands in the part for developers, because it means nothing to other people.</summary>
    public const string RedirectUriInLog = "The server's log says under the reference which redirect_uri came and which are registered.";

    public static string RedirectUri(string app) =>
        $"{app} sent an address to return to that is not registered for it. Nothing was shared. " +
        $"Trying again does not help: tell the developer of {app} about it.";

    public const string Client =
        "The app that sent you here is not known to this server. " + GoBack;

    public const string Request =
        "The app sent a request that this server cannot answer. " + GoBack;

    private const string GoBack =
        "Nothing was shared. Go back to the app and try again; if it keeps happening, tell the people who run it.";
}
