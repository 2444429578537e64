using AuthServer.Clients.Directory;
using AuthServer.Protocol.UserInfo;
using AuthServer.Sessions;

namespace AuthServer.Protocol.Plain;

/// <summary>The userinfo endpoint for a token in the Authorization header that is plainly good.</summary>
public sealed class PlainUserClaims(AccessTokens tokens, ClientDirectory clients)
{
    /// <returns>False when nothing has happened and the library is to answer.</returns>
    public async ValueTask<bool> TryAnswerAsync(HttpContext http)
    {
        if (http.Request.QueryString.HasValue || http.Request.Headers.Authorization is not [{ Length: > 7 } header]) return false;
        if (!header.StartsWith("Bearer ", StringComparison.Ordinal) || tokens.Read(header[7..]) is not { } token) return false;
        if (await clients.FindAsync(token.ClientId, http.RequestAborted) is not { IsPlain: true }) return false;
        if (await http.RequestServices.GetRequiredService<UserInfoClaims>().OfAsync(token, http.RequestAborted) is not UserInfoResult.Told(var claims)) return false;
        await JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, (token, claims), static (json, x) =>
        {
            json.WriteString(ClaimNames.Subject, x.token.Subject);
            foreach (var (name, value) in x.claims)
            {
                json.WritePropertyName(name);
                if (value is null) json.WriteNullValue();
                else value.WriteTo(json);
            }
        });
        return true;
    }
}
