using OpenIddict.Abstractions;

namespace AuthServer.Clients.Directory;

/// <summary>Compares redirect URIs letter for letter (RFC 6749 section 3.1.2.3); native apps choose the loopback port (RFC 8252 section 7.3).</summary>
public static class RegisteredRedirects
{
    public static bool Allow(RegisteredClient client, string asked)
    {
        if (client.RedirectUris.Contains(asked)) return true;
        return client.ApplicationType == OpenIddictConstants.ApplicationTypes.Native
            && Uri.TryCreate(asked, UriKind.Absolute, out var uri) && uri is { Scheme: "http", IsLoopback: true, UserInfo: "", Fragment: "" }
            && client.RedirectUris.Contains(new UriBuilder(uri) { Port = -1 }.Uri.OriginalString);
    }
}
