namespace AuthServer.Clients.Metadata;

/// <summary>How a client must send its authorization requests.</summary>
public sealed record RequestMetadata
{
    /// <summary>The members of a registration that are read here.</summary>
    internal static readonly string[] Members = [MustBePushedMember];

    private const string MustBePushedMember = "require_pushed_authorization_requests";

    /// <summary>RFC 9126 section 6.</summary>
    public bool MustBePushed { get; init; }

    internal static RequestMetadata Read(JsonMembers read) => new() { MustBePushed = read.Flag(MustBePushedMember) ?? false };
}
