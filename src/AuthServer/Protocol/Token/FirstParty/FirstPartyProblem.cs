using AuthServer.JsonApi;
using AuthServer.Protocol.ClientProof;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>An OAuth error in the form of the JSON API.</summary>
internal static class FirstPartyProblem
{
    public static Problem Of(HttpContext http, string error, string? description)
    {
        var status = error switch
        {
            OAuthErrors.InvalidClient or OAuthErrors.InvalidGrant or OAuthErrors.InvalidToken => StatusCodes.Status401Unauthorized,
            OAuthErrors.ServerError => StatusCodes.Status500InternalServerError,
            _ => StatusCodes.Status400BadRequest,
        };
        // RFC 6749 section 5.2: a client that authenticated in the header is answered with the scheme it used.
        var basic = error == OAuthErrors.InvalidClient && BasicCredentials.IsBasic(http.Request.Headers.Authorization);
        return new Problem(status, error.Replace('_', '-'), description ?? "The server could not accept this request.")
        {
            Challenge = status == StatusCodes.Status401Unauthorized ? basic ? BasicCredentials.Challenge : "Bearer" : null,
        };
    }
}
