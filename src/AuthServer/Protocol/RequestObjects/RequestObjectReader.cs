using System.Text;
using System.Text.Json;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Profiles;
using AuthServer.Clients.PublicKeys;
using AuthServer.Configuration;
using AuthServer.Data.Sql;

namespace AuthServer.Protocol.RequestObjects;

/// <summary>A request object that was read: its parameters, or what is wrong with it.</summary>
public readonly record struct ReadRequestObject(IReadOnlyDictionary<string, string[]>? Parameters, string? Fault)
{
    public static ReadRequestObject Wrong(string fault) => new(null, fault);
}

/// <summary>Which request a client has signed.</summary>
public enum RequestObjectUse
{
    /// <summary>One of the authorization endpoint, pushed or not (RFC 9101).</summary>
    Authorization,

    /// <summary>One that names a person (CIBA Core 1.0 section 7.1.1).</summary>
    Backchannel,
}

/// <summary>
/// Reads request objects (RFC 9101, OpenID Connect Core 6): authorization requests that a client has signed with a key of its registration.
/// </summary>
public sealed class RequestObjectReader(ClientKeys keys, UsedOnce used, IssuerOptions issuer, TimeProvider time)
{
    /// <summary>In characters.</summary>
    public const int Longest = 16 * 1024;

    private const string Typed = "oauth-authz-req+jwt";

    // RFC 7515 section 4.1.9: media types, in any case of letters.
    private static readonly string[] Types = ["JWT", Typed, "application/" + Typed];

    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(1);

    /// <returns>The parameters of the request: those of the object, and no others (RFC 9101 section 6.3).</returns>
    public async ValueTask<ReadRequestObject> ReadAsync(
        RegisteredClient client, string text, CancellationToken cancellationToken,
        RequestObjectUse use = RequestObjectUse.Authorization)
    {
        if (SignedText.Read(text, Longest) is not { } signed) return ReadRequestObject.Wrong("The request object is not a signed JWT.");
        if (FaultOf(signed, client, use) is { } unfit) return ReadRequestObject.Wrong(unfit);
        if (!await keys.HaveSignedAsync(client, signed, cancellationToken))
        {
            return ReadRequestObject.Wrong("The signature of the request object is not by a registered key of the client.");
        }
        var claims = signed.Payload;
        if (FaultOf(claims, client, use) is { } fault) return ReadRequestObject.Wrong(fault);
        if (RequestObjectParameters.Of(claims) is not { } parameters)
        {
            return ReadRequestObject.Wrong("A parameter of the request object has a value of a kind that it cannot have.");
        }
        return await UseAsync(client, claims, cancellationToken)
            ? new(parameters, null)
            : ReadRequestObject.Wrong("The request object has been used before. Sign a new one with another jti.");
    }

    private static string? FaultOf(SignedText text, RegisteredClient client, RequestObjectUse use)
    {
        var (algorithm, header) = (text.Algorithm, text.Header);
        // Signed by the client alone: neither none nor a secret that the server has too.
        if (!ClientSignatures.Algorithms.Contains(algorithm)) return "The request object is signed with an algorithm that is not accepted.";
        if (!ProfileRequests.MaySignWith(client.Profile, algorithm))
        {
            return $"The request objects of this client are signed with {ProfileRequests.FapiAlgorithms}, by its profile.";
        }
        var only = use == RequestObjectUse.Backchannel ? client.Ciba.RequestSigningAlg : client.Requests.ObjectSigningAlg;
        if (only is { } registered && registered != algorithm)
        {
            return $"The request objects of this client are signed with {registered}, as it is registered.";
        }
        if (header.TryGetProperty("crit", out _))
        {
            return "The request object has critical extensions (crit) that this server does not know (RFC 7515 section 4.1.11).";
        }
        // RFC 9101 section 10.8: what was signed for another purpose is none.
        return !header.TryGetProperty("typ", out _)
            || Types.Contains(SignedText.Text(header, "typ") ?? "", StringComparer.OrdinalIgnoreCase)
            ? null : $"The typ of a request object is {Typed} or JWT.";
    }

    private string? FaultOf(JsonElement claims, RegisteredClient client, RequestObjectUse use)
    {
        var isBackchannel = use == RequestObjectUse.Backchannel;
        // CIBA Core 7.1.1 has the client in iss, which is compared below.
        if (SignedText.Text(claims, "client_id") != client.ClientId && (!isBackchannel || claims.TryGetProperty("client_id", out _)))
        {
            return "The client_id of the request object is not that of the client.";
        }
        // RFC 9101 section 10.8: a client assertion has the client as its subject, and must not pass for a request.
        if (SignedText.Text(claims, "sub") == client.ClientId) return "The sub of a request object is not the client_id.";
        if (claims.TryGetProperty("request", out _) || claims.TryGetProperty("request_uri", out _))
        {
            return "A request object contains neither request nor request_uri (RFC 9101 section 4).";
        }

        // RFC 9101 section 4 leaves these to the client; where signing is a duty, they are too (FAPI 2.0 Message Signing section 5.3.1),
        // and so they are of CIBA (section 7.1.1), with two more.
        var (must, now) = (isBackchannel || client.Requests.MustBeSigned, time.GetUtcNow());
        if (isBackchannel && ClaimTimes.Of(claims, "iat") is null) return "A request object needs an iat, a number of seconds.";
        if (isBackchannel && SignedText.Text(claims, "jti") is not { Length: > 0 }) return "A request object needs a jti.";
        if (SignedText.Text(claims, "iss") != client.ClientId && (must || claims.TryGetProperty("iss", out _)))
        {
            return "The iss of a request object is the client_id.";
        }
        if (!IsForUs(claims) && (must || claims.TryGetProperty("aud", out _)))
        {
            return $"The aud of a request object is {issuer.IssuerText}.";
        }
        return FaultOfTimes(claims, must, now);
    }

    private static string? FaultOfTimes(JsonElement claims, bool must, DateTimeOffset now)
    {
        var (from, end) = (ClaimTimes.Of(claims, "nbf"), ClaimTimes.Of(claims, "exp"));
        // A jti that had to count once for ever would have to be kept for ever.
        if (end is null && (must || claims.TryGetProperty("exp", out _) || claims.TryGetProperty("jti", out _)))
        {
            return "A request object needs an exp, a number of seconds.";
        }
        if (from is null && (must || claims.TryGetProperty("nbf", out _))) return "A request object needs an nbf, a number of seconds.";
        if (end + ClaimTimes.Skew <= now) return "The request object has expired.";
        if (end > now + LongestLife + ClaimTimes.Skew) return "The exp of a request object is at most one hour ahead.";
        if (must && from + LongestLife + ClaimTimes.Skew < now) return "The nbf of a request object is at most one hour ago.";
        // FAPI 2.0 Message Signing section 5.3.1: of the one clock that wrote both.
        if (must && end - from > LongestLife) return "The exp of a request object is at most one hour after its nbf.";
        if (ClaimTimes.IsAhead(claims, "nbf", now)) return "The request object is not valid yet (nbf).";
        return ClaimTimes.IsAhead(claims, "iat", now) ? "The request object was issued in the future (iat)." : null;
    }

    private bool IsForUs(JsonElement claims) => claims.TryGetProperty("aud", out var audience) && audience.ValueKind switch
    {
        JsonValueKind.String => IsIssuer(audience.GetString()),
        JsonValueKind.Array => audience.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && IsIssuer(one.GetString())),
        _ => false,
    };

    private bool IsIssuer(string? audience) => audience == issuer.IssuerText || audience == issuer.IssuerText + "/";

    // With a jti it counts once, for as long as it could be sent again.
    private async ValueTask<bool> UseAsync(RegisteredClient client, JsonElement claims, CancellationToken cancellationToken)
    {
        if (SignedText.Text(claims, "jti") is not { Length: > 0 } id) return true;
        var until = ClaimTimes.Of(claims, "exp")!.Value;
        return await used.TryAsync(
            Encoding.UTF8.GetBytes("request-object\0" + client.ClientId + "\0" + id), (until + ClaimTimes.Skew).UtcDateTime,
            cancellationToken);
    }
}
