using System.Text.Json;

namespace AuthServer.Clients.Metadata;

/// <summary>
/// How a client learns that a session of its has ended (OpenID Connect Back-Channel Logout 1.0 section 2.2).
/// </summary>
public sealed record LogoutMetadata
{
    public const string BackchannelUriMember = "backchannel_logout_uri";
    public const string BackchannelSessionMember = "backchannel_logout_session_required";

    /// <summary>The members of a registration that are read here.</summary>
    internal static readonly string[] Members = [BackchannelUriMember, BackchannelSessionMember];

    public static readonly LogoutMetadata None = new();

    /// <summary>Where the server posts logout tokens; null: nowhere.</summary>
    public string? BackchannelUri { get; init; }

    internal static LogoutMetadata Read(JsonElement json, ICollection<MetadataProblem> problems)
    {
        var read = new JsonMembers(json, problems);
        // Every logout token has a sid, so that the answer makes no difference; a wrong type is a mistake all the same.
        read.Flag(BackchannelSessionMember);
        var backchannel = WithoutFragment(BackchannelUriMember, read, problems);
        return backchannel is null ? None : new LogoutMetadata { BackchannelUri = backchannel };
    }

    private static string? WithoutFragment(string member, JsonMembers read, ICollection<MetadataProblem> problems)
    {
        if (read.WebAddress(member) is not { } text) return null;
        if (!text.Contains('#', StringComparison.Ordinal)) return text;
        problems.Add(new(member, "must not have a fragment"));
        return null;
    }
}
