using AuthServer.Clients.Directory;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.Pages;

/// <summary>Where an app gets a person back who has signed out (RP-Initiated Logout 1.0 section 3).</summary>
public static class SignOutReturn
{
    /// <returns>The address with the app's state; null unless the client has registered it.</returns>
    public static string? Of(RegisteredClient? client, string? asked, string? state)
    {
        if (client is null || string.IsNullOrEmpty(asked) || !client.MaySignOutTo(asked)) return null;
        return string.IsNullOrEmpty(state) ? asked : QueryHelpers.AddQueryString(asked, "state", state);
    }
}
