using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace AuthServer.JsonApi;

/// <summary>The bearer scheme of the Authorization and WWW-Authenticate headers (RFC 6750 sections 2.1 and 3).</summary>
public static class BearerScheme
{
    public const string Name = "Bearer";

    /// <summary>Reads the Authorization header of a request.</summary>
    public static TokenCredentials Read(StringValues authorization) => TokenScheme.Read(authorization, Name);

    /// <summary>The WWW-Authenticate header; without an error for a request that carried no token (RFC 6750 section 3.1).</summary>
    public static string Challenge(string? error = null, string? scope = null)
    {
        if (error is null) return Name;
        return scope is null ? $"{Name} error=\"{error}\"" : $"{Name} error=\"{error}\", scope=\"{scope}\"";
    }

    /// <summary>
    /// The WWW-Authenticate header for a token whose person proved too long ago, or with too little, who they are (RFC 9470 section 3).
    /// </summary>
    /// <param name="acr">The class that is needed; null: any.</param>
    public static string StepUp(TimeSpan maxAge, string? acr = null) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name} error=\"insufficient_user_authentication\", error_description=\"A more recent sign-in is required\", "
            + $"{(acr is null ? "" : $"acr_values=\"{acr}\", ")}max_age=\"{(int)maxAge.TotalSeconds}\"");
}
