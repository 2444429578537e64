using AuthServer.Clients.Directory;
using AuthServer.Clients.Profiles;
using AuthServer.JsonApi;
using Microsoft.Extensions.Primitives;

namespace AuthServer.Sessions.Senders;

/// <summary>An access token as the Authorization header presents it.</summary>
/// <param name="Presented">Whether the header uses a scheme of access tokens at all.</param>
/// <param name="ByKey">By the scheme DPoP, with a proof beside it (RFC 9449 section 7.1); otherwise as a bearer token (RFC 6750).</param>
/// <param name="Token">Null when there is no token or when it does not have the form of one.</param>
public readonly record struct PresentedAccess(bool Presented, bool ByKey, string? Token)
{
    public static PresentedAccess Read(StringValues authorization)
    {
        var (presented, token) = TokenScheme.Read(authorization, DPoPProof.Scheme);
        if (presented) return new(true, true, token);
        (presented, token) = BearerScheme.Read(authorization);
        return new(presented, false, token);
    }
}

/// <summary>Accepts an access token from its sender, at every endpoint that lets somebody in by one.</summary>
/// <remarks>
/// A bound token needs the proof of its key, and counts in no other way: as a bearer token it may be stolen. A token that is not bound is
/// refused under the scheme DPoP, because its sender believes it to be safe (RFC 9449 section 7.1).
/// </remarks>
public sealed class AccessTokenUse(AccessTokenReader tokens, DPoPCheck dpop, ClientDirectory clients)
{
    // RFC 6750 section 3.1.
    private const string InvalidToken = "invalid_token";

    private static readonly SenderRefusal Invalid = new(InvalidToken, "The access token is not valid here, or has expired.");

    private static readonly SenderRefusal NotBound = new(
        InvalidToken, "The access token is not bound to a key. Send it with the scheme Bearer.");

    private static readonly SenderRefusal OtherKey = new(
        InvalidToken, "The access token is bound to another key than the one of the DPoP proof.");

    /// <param name="byKey">Whether it was presented by the scheme DPoP.</param>
    /// <returns>The token, or why it is refused. Its audience and its session the caller judges.</returns>
    public async ValueTask<(AccessToken? Token, SenderRefusal? Refusal)> AcceptAsync(HttpContext http, bool byKey, string text)
    {
        if (tokens.ReadAny(text) is not { } token) return (null, Invalid);
        var certificate = Sender.CertificateOf(http);
        if (!byKey) return MayBear(token, certificate) ? (token, null) : (null, Invalid);
        if (token.Confirmation is not { IsDPoP: true } confirmation) return (null, NotBound);
        var (proof, refusal) = dpop.Read(http, text);
        if (proof is null) return (null, refusal);
        if (!confirmation.IsProvedBy(new Sender(proof.KeyThumbprint, certificate))) return (null, OtherKey);
        // As at the token endpoint. The endpoint asks for the client too, so that this costs no statement of its own.
        if (await clients.FindAsync(token.ClientId, http.RequestAborted) is { } client
            && ProfileRequests.FaultOfProof(client.Profile, proof.Algorithm) is { } unfit)
        {
            return (null, new(DPoPCheck.InvalidProof, unfit));
        }

        refusal = await dpop.UseAsync(proof);
        return refusal is null ? (token, null) : (null, refusal);
    }

    // RFC 8705 section 3: such a token comes as a bearer token, over a connection with its certificate.
    private static bool MayBear(AccessToken token, string? certificate) =>
        token.Confirmation is not { } confirmation || confirmation.IsProvedBy(new Sender(KeyThumbprint: null, certificate));

    /// <summary>The WWW-Authenticate header of the scheme DPoP (RFC 9449 section 7.1).</summary>
    /// <param name="error">Null for a request that carried no token.</param>
    public static string Challenge(string? error = null) => error is null
        ? $"{DPoPProof.Scheme} algs=\"{string.Join(' ', DPoPCheck.Algorithms)}\""
        : $"{DPoPProof.Scheme} error=\"{error}\", algs=\"{string.Join(' ', DPoPCheck.Algorithms)}\"";
}
