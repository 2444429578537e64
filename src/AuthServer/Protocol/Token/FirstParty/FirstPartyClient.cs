using AuthServer.Clients.Registration;
using AuthServer.JsonApi;
using AuthServer.Protocol.ClientProof;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>
/// Which client a request of the JSON API is from: the one of the body, otherwise that of HTTP Basic, otherwise the built-in one.
/// </summary>
internal static class FirstPartyClient
{
    /// <param name="named">The client_id of the body.</param>
    public static (string? ClientId, Problem? Problem) Of(HttpRequest request, string? named)
    {
        if (named is { Length: 0 }) return (null, Problem.BadRequest("client_id", "is empty."));
        var header = request.Headers.Authorization.ToString();
        if (!BasicCredentials.IsBasic(header)) return (named ?? BuiltIns.FirstPartyClientId, null);
        // What is wrong with the header ClientAuthentication says.
        if (BasicCredentials.Parse(header) is not var (user, _)) return (named, null);
        return named is null || named == user
            ? (user, null)
            : (null, Problem.BadRequest("client_id", "is another client than the one of the Authorization header."));
    }
}
