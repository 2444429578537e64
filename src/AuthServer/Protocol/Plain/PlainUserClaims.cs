using AuthServer.Clients.Directory;
using AuthServer.JsonApi;
using AuthServer.Protocol.UserInfo;
using AuthServer.Sessions;

namespace AuthServer.Protocol.Plain;

/// <summary>Answers userinfo for a valid bearer token in the Authorization header.</summary>
public sealed class PlainUserClaims(AccessTokenReader tokens, ClientDirectory clients, UserInfoClaims told)
{
    /// <returns>False when nothing has happened and OpenIddict is to answer.</returns>
    public async ValueTask<bool> TryAnswerAsync(HttpContext http)
    {
        if (http.Request.QueryString.HasValue || BearerScheme.Read(http.Request.Headers.Authorization).Token is not { } text) return false;
        if (tokens.ReadBearer(text) is not { } token) return false;
        if (await clients.FindAsync(token.ClientId, http.RequestAborted) is not { IsPlain: true }) return false;
        if (await told.OfAsync(token, http.RequestAborted) is not UserInfoResult.Told(var claims, _)) return false;
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
