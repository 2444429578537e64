using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Clients.Certificates;
using AuthServer.Configuration;
using AuthServer.Data.Sql;

namespace AuthServer.Sessions.Senders;

/// <summary>Why a proof, or a bound token, is not accepted.</summary>
/// <param name="Error">An error of RFC 6749 section 5.2, RFC 6750 section 3.1 or RFC 9449 section 12.</param>
public sealed record SenderRefusal(string Error, string Description);

/// <summary>Checks the DPoP proof of a request (RFC 9449 section 4.3); at every endpoint the same steps in the same order.</summary>
public sealed class DPoPCheck(
    DPoPOptions options, DPoPNonces nonces, UsedOnce used, IssuerOptions issuer, MtlsOptions mtls, TimeProvider time)
{
    public const string InvalidProof = "invalid_dpop_proof", UseNonce = "use_dpop_nonce", NonceHeader = "DPoP-Nonce";

    // RFC 9449 section 11.1: seconds or minutes. Clocks differ, and a proof may wait in a slow network.
    private static readonly TimeSpan LongestAge = TimeSpan.FromSeconds(90), Ahead = TimeSpan.FromSeconds(30);

    /// <summary>The algorithms of proofs, for discovery and challenges.</summary>
    public static ImmutableArray<string> Algorithms => DPoPKey.Algorithms;

    /// <summary>Whether the request carries a proof, well-formed or not.</summary>
    public static bool IsProvedBy(HttpRequest request) => request.Headers.ContainsKey(DPoPProof.Scheme);

    /// <summary>Checks all but that the proof is used for the first time, which the caller asks once everything else fits.</summary>
    /// <param name="accessToken">With which the request was sent; null where proofs stand alone.</param>
    public (DPoPProof? Proof, SenderRefusal? Refusal) Read(HttpContext http, string? accessToken)
    {
        if (options.Nonces) http.Response.Headers[NonceHeader] = nonces.Current();
        // Number 1: one header; and a list in one header is no JWT.
        if (http.Request.Headers[DPoPProof.Scheme] is not [{ } text]) return (null, Invalid("Send one DPoP header with one proof."));
        var (proof, fault) = DPoPProof.Read(text);
        fault ??= FaultOf(proof!, http.Request, accessToken);
        if (fault is not null) return (null, Invalid(fault));
        return options.Nonces && !nonces.Accepts(proof!.Nonce)
            ? (null, new(UseNonce, "Make a new DPoP proof with the nonce that the DPoP-Nonce header of this answer carries."))
            : (proof, null);
    }

    /// <summary>Notes the proof as used, in one statement that all replicas see.</summary>
    /// <returns>Null the first time.</returns>
    public async ValueTask<SenderRefusal?> UseAsync(DPoPProof proof)
    {
        var until = DateTime.UnixEpoch.AddSeconds(proof.IssuedAt) + LongestAge;
        // By the key as well, so that nobody uses up what another sender will choose.
        var name = Encoding.UTF8.GetBytes($"dpop\0{proof.KeyThumbprint}\0{proof.Id}");
        // Not cancelled with the request: a proof whose request was given up counts as used.
        return await used.TryAsync(name, until, CancellationToken.None)
            ? null
            : Invalid("The DPoP proof has been used before. Make a new one with another jti for each request.");
    }

    private static SenderRefusal Invalid(string description) => new(InvalidProof, description);

    private string? FaultOf(DPoPProof proof, HttpRequest request, string? accessToken)
    {
        if (proof.Method != request.Method) return "The htm of the DPoP proof is not the method of this request.";
        if (AddressOf(proof.Address) is not { } address || !IsOf(address, issuer.BasePath + request.Path.ToUriComponent()))
        {
            return "The htu of the DPoP proof is not the address of this request.";
        }

        var now = time.GetUtcNow();
        var age = now - DateTimeOffset.UnixEpoch.AddSeconds(Math.Clamp(proof.IssuedAt, 0, 253_402_300_799));
        if (age > LongestAge) return "The DPoP proof is too old (iat). Make a new one for each request, with a clock that is right.";
        if (age < -Ahead) return "The DPoP proof was made in the future (iat). Its clock is not right.";
        if (accessToken is null) return null;
        var hash = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)));
        return proof.TokenHash == hash ? null : "The ath of the DPoP proof is not the hash of the access token.";
    }

    // Clients with certificates are told another origin for the same endpoints (RFC 8705 section 5, mtls_endpoint_aliases).
    private bool IsOf(string address, string path) => address == AddressOf(issuer.Origin + path)
        || (mtls.BaseUrl is { } alias && address == AddressOf(alias.GetLeftPart(UriPartial.Authority) + path));

    /// <summary>
    /// An address as RFC 3986 sections 6.2.2 and 6.2.3 normalise it, without query and fragment. The one of the request is the public one
    /// of the server, whatever a proxy made of it.
    /// </summary>
    private static string? AddressOf(string text)
    {
        // Uri forgives white space around an address, and a backslash for a slash.
        if (!text.All(c => c is > ' ' and <= '~' and not '\\') || !Uri.TryCreate(text, UriKind.Absolute, out var uri)) return null;
        return uri.Scheme is "http" or "https" ? uri.GetLeftPart(UriPartial.Path) : null;
    }
}
