using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.PublicKeys;

namespace AuthServer.Clients.Directory;

/// <summary>Whether somebody whom the operator trusts answers for a client that has registered itself.</summary>
public static class Vouching
{
    /// <summary>In the place of an initial access token, of a client that came without one.</summary>
    public const string Nobody = "open";

    internal const string ByMember = "by", StatementMember = "software_statement";

    // Where this server, or a browser in its name, goes at the word of the client.
    private static readonly string[] Addresses =
    [
        "redirect_uris", "post_logout_redirect_uris", "initiate_login_uri", "jwks_uri", "request_uris", TokenMetadata.SectorMember,
        LogoutMetadata.BackchannelUriMember, LogoutMetadata.FrontchannelUriMember, CibaMetadata.EndpointMember,
    ];

    /// <param name="by">The initial access token that it came with, or <see cref="Nobody"/>.</param>
    /// <param name="statement">Its software statement (RFC 7591 section 2.3), which was verified when it came; null: none.</param>
    /// <remarks>
    /// A statement is no secret: every copy of a program has it. So it vouches for the addresses that it names, and for a client all of
    /// whose addresses are such.
    /// </remarks>
    public static bool IsFor(string? by, string? statement, JsonObject metadata) => IsFor(by, statement, metadata, isIssuer: null);

    /// <summary>By what the row keeps beside the metadata, and by whose statements are taken today.</summary>
    /// <param name="isIssuer">Whether the operator trusts an issuer of statements; null: none.</param>
    internal static bool IsFor(JsonElement registration, JsonObject metadata, Func<string, bool>? isIssuer) =>
        IsFor(SignedText.Text(registration, ByMember), SignedText.Text(registration, StatementMember), metadata, isIssuer ?? (_ => false));

    /// <param name="isIssuer">Null: who has signed the statement was asked when it came, just now.</param>
    private static bool IsFor(string? by, string? statement, JsonObject metadata, Func<string, bool>? isIssuer) =>
        by is not (null or Nobody)
        || (statement is not null && SignedText.Read(statement, int.MaxValue) is { Payload: var said }
            && (isIssuer is null || (SignedText.Text(said, "iss") is { } issuer && isIssuer(issuer)))
            && Addresses.All(member => !metadata.ContainsKey(member) || said.TryGetProperty(member, out _)));
}
