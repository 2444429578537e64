using System.Text.Json;
using AuthServer.Clients.PublicKeys;

namespace AuthServer.Clients.Metadata;

/// <summary>How the client of CIBA learns what a person has decided (CIBA Core 1.0 section 5).</summary>
public enum CibaDelivery
{
    /// <summary>It asks from time to time.</summary>
    Poll,

    /// <summary>It is told that it may ask.</summary>
    Ping,

    /// <summary>It is sent the tokens.</summary>
    Push,
}

/// <summary>The members of CIBA Core 1.0 section 4; there are no user codes.</summary>
public sealed record CibaMetadata
{
    public const string DeliveryMember = "backchannel_token_delivery_mode", UserCodeMember = "backchannel_user_code_parameter",
        EndpointMember = "backchannel_client_notification_endpoint", SigningAlgMember = "backchannel_authentication_request_signing_alg";

    /// <summary>The modes by their names in a registration, in the order of <see cref="CibaDelivery"/>.</summary>
    public static readonly string[] Modes = ["poll", "ping", "push"];

    /// <summary>The members of a registration that are read here.</summary>
    internal static readonly string[] Members = [DeliveryMember, UserCodeMember, EndpointMember, SigningAlgMember];

    public CibaDelivery Delivery { get; init; }

    /// <summary>Where the client is told; null: nowhere.</summary>
    public string? NotificationEndpoint { get; init; }

    /// <summary>The only algorithm of the client's requests, which it then always signs; null: it need not.</summary>
    public string? RequestSigningAlg { get; init; }

    internal static CibaMetadata Read(JsonElement json, ICollection<MetadataProblem> problems)
    {
        var read = new JsonMembers(json, problems);
        var mode = read.Text(DeliveryMember, 10) is { } name ? Array.IndexOf(Modes, name) : 0;
        if (mode < 0) problems.Add(new(DeliveryMember, $"must be one of {string.Join(", ", Modes)}"));
        if (read.Flag(UserCodeMember) is true)
        {
            problems.Add(new(UserCodeMember, "must be false: people prove themselves when they sign in"));
        }

        return new()
        {
            Delivery = (CibaDelivery)Math.Max(mode, 0),
            NotificationEndpoint = read.WebAddress(EndpointMember),
            RequestSigningAlg = read.Text(SigningAlgMember, 50),
        };
    }

    internal static void Check(ClientMetadata client, ICollection<MetadataProblem> problems)
    {
        var (ciba, hasGrant) = (client.Ciba, client.GrantTypes.Contains(GrantNames.Ciba));
        if (hasGrant && client.IsPublic) problems.Add(new("grant_types", $"{GrantNames.Ciba} needs a client that authenticates"));
        if (hasGrant && !client.Scopes.Contains("openid")) problems.Add(new("scope", $"needs openid for {GrantNames.Ciba}"));
        if (ciba.Delivery != CibaDelivery.Poll && ciba.NotificationEndpoint is null)
        {
            problems.Add(new(EndpointMember, $"is needed for {DeliveryMember} ping and push"));
        }
        if (ciba.NotificationEndpoint?.Contains('#', StringComparison.Ordinal) == true)
        {
            problems.Add(new(EndpointMember, "must not have a fragment"));
        }
        // Whoever is sent tokens unasked has proved no key that they could be bound to.
        if (ciba.Delivery == CibaDelivery.Push && (client.Sender.DPoPBoundAccessTokens || client.Sender.CertificateBoundAccessTokens))
        {
            problems.Add(new(DeliveryMember, "must not be push for a client whose tokens are bound to a key: use ping"));
        }
        if (ciba.RequestSigningAlg is not { } algorithm) return;
        // CIBA Core 7.1.1: neither none nor a secret that both sides have.
        if (!ClientSignatures.Algorithms.Contains(algorithm))
        {
            problems.Add(new(SigningAlgMember, $"must be one of {string.Join(", ", ClientSignatures.Algorithms)}"));
        }
        if (client.Jwks is null && client.JwksUri is null)
        {
            problems.Add(new(SigningAlgMember, "needs the client's public keys in jwks or jwks_uri"));
        }
    }
}
