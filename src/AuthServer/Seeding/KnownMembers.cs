using AuthServer.Clients.Metadata;

namespace AuthServer.Seeding;

/// <summary>Names of members that mean something somewhere, and the one that a misspelt name probably stands for.</summary>
/// <remarks>
/// RFC 7591 section 2 lets a server keep members that it does not know, so a misspelt one is legal, and silently without effect.
/// </remarks>
internal static class KnownMembers
{
    // The IANA registry "OAuth Dynamic Client Registration Metadata", as far as this server does not read it.
    private static readonly string[] Registered =
    [
        "client_id", "client_secret", "software_version", "software_statement", "sector_identifier_uri", "subject_type",
        "default_acr_values",
        "id_token_encrypted_response_alg", "id_token_encrypted_response_enc", "userinfo_signed_response_alg",
        "userinfo_encrypted_response_alg",
        "userinfo_encrypted_response_enc", "request_object_encryption_alg", "request_object_encryption_enc",
        "token_endpoint_auth_signing_alg", "frontchannel_logout_uri", "frontchannel_logout_session_required", "backchannel_logout_uri",
        "backchannel_logout_session_required", "tls_client_certificate_bound_access_tokens", "tls_client_auth_subject_dn",
        "tls_client_auth_san_dns",
        "tls_client_auth_san_uri", "tls_client_auth_san_ip", "tls_client_auth_san_email",
        "introspection_signed_response_alg", "dpop_bound_access_tokens",
        "backchannel_token_delivery_mode", "backchannel_client_notification_endpoint", "backchannel_authentication_request_signing_alg",
        "backchannel_user_code_parameter", "use_mtls_endpoint_aliases",
    ];

    private static readonly string[] All = [.. ClientMetadataReader.Known, .. Registered];

    // RFC 7591 section 2.2: human-readable values with a language tag.
    public static string? DoubtOfClient(string member) => Doubt(member.Split('#')[0], All);

    /// <summary>Null for a known name; otherwise what to say about it.</summary>
    public static string? Doubt(string name, IReadOnlyList<string> known)
    {
        if (known.Contains(name, StringComparer.Ordinal)) return null;
        var nearest = known.MinBy(other => Distance(name, other))!;
        return Distance(name, nearest) <= Math.Max(1, name.Length / 4)
            ? $"is not known and has no effect; did you mean {nearest}?"
            : "is not known and has no effect";
    }

    /// <summary>Levenshtein: single characters added, removed or replaced.</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var (diagonal, left) = (row[0], i);
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                left = Math.Min(Math.Min(row[j], left) + 1, diagonal + (one[i - 1] == other[j - 1] ? 0 : 1));
                (diagonal, row[j]) = (row[j], left);
            }
        }

        return row[^1];
    }
}
