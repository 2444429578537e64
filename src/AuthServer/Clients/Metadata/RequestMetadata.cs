using System.Collections.Immutable;
using AuthServer.Clients.PublicKeys;
using AuthServer.Keys;

namespace AuthServer.Clients.Metadata;

/// <summary>How a client sends its authorization requests, and in which form it gets the responses.</summary>
public sealed record RequestMetadata
{
    /// <summary>RFC 9126 section 6.</summary>
    public bool MustBePushed { get; init; }

    /// <summary>RFC 9101 section 10.5.</summary>
    public bool MustBeSigned { get; init; }

    /// <summary>Only a response in a mode of JARM is given (FAPI 2.0 Message Signing section 5.4).</summary>
    public bool ResponseMustBeSigned { get; init; }

    /// <summary>The only algorithm of request objects; null: any that the server accepts.</summary>
    public string? ObjectSigningAlg { get; init; }

    /// <summary>The addresses of request objects (<c>request_uris</c>, OpenID Connect Dynamic Client Registration 2).</summary>
    public ImmutableArray<string> ObjectAddresses { get; init; } = [];

    /// <summary>The types of authorization details that the client may ask for (RFC 9396 section 10).</summary>
    public ImmutableArray<string> DetailTypes { get; init; } = [];

    /// <summary>With which responses in the modes of JARM are signed (JARM section 3).</summary>
    public string ResponseSigningAlg { get; init; } = RingKeys.Rs256;
}

/// <summary>Reads <see cref="RequestMetadata"/>, and states its rules.</summary>
internal static class RequestRules
{
    private const string MustBePushed = "require_pushed_authorization_requests", MustBeSigned = "require_signed_request_object";
    private const string ObjectSigningAlg = "request_object_signing_alg", ObjectAddresses = "request_uris";
    private const string ResponseSigningAlg = "authorization_signed_response_alg", DetailTypes = "authorization_details_types";

    /// <summary>The members of a registration that are read here.</summary>
    public static readonly string[] Members = [
        MustBePushed, MustBeSigned, ObjectSigningAlg, ObjectAddresses, ResponseSigningAlg, DetailTypes,
    ];

    public static RequestMetadata Read(JsonMembers read) => new()
    {
        MustBePushed = read.Flag(MustBePushed) ?? false,
        MustBeSigned = read.Flag(MustBeSigned) ?? false,
        ObjectSigningAlg = read.Text(ObjectSigningAlg, 50),
        ObjectAddresses = read.TextList(ObjectAddresses) ?? [],
        DetailTypes = read.TextList(DetailTypes) ?? [],
        ResponseSigningAlg = read.Text(ResponseSigningAlg, 50) ?? RingKeys.Rs256,
    };

    public static void Check(ClientMetadata client, ICollection<MetadataProblem> problems)
    {
        var requests = client.Requests;
        var hasKeys = client.Jwks is not null || client.JwksUri is not null;
        if (requests.ObjectSigningAlg is { } algorithm && !ClientSignatures.Algorithms.Contains(algorithm))
        {
            // Also none: what nobody has signed proves nothing (RFC 9101 section 10.1).
            problems.Add(new(ObjectSigningAlg, $"must be one of {string.Join(", ", ClientSignatures.Algorithms)}"));
        }
        if (!hasKeys && requests.MustBeSigned) problems.Add(new(MustBeSigned, "needs the client's public keys in jwks or jwks_uri"));
        if (!hasKeys && requests.ObjectAddresses.Length > 0)
        {
            problems.Add(new(ObjectAddresses, "needs the client's public keys in jwks or jwks_uri"));
        }
        for (var i = 0; i < requests.ObjectAddresses.Length; i++)
        {
            // RFC 9101 section 5.2: the signature protects the object, and https protects from those who would hold it back or count it.
            if (!Uri.TryCreate(requests.ObjectAddresses[i], UriKind.Absolute, out var uri)
                || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp) || uri.UserInfo.Length > 0)
            {
                problems.Add(new($"{ObjectAddresses}[{i}]", "must be an https address without a user name"));
            }
        }
        if (SigningAlgorithms.Fault(requests.ResponseSigningAlg) is { } fault) problems.Add(new(ResponseSigningAlg, fault));
    }
}
