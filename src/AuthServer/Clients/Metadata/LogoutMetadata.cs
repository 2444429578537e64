using System.Text.Json;

namespace AuthServer.Clients.Metadata;

/// <summary>
/// How a client learns that a session of its has ended (OpenID Connect Back-Channel Logout 1.0 section 2.2, Front-Channel Logout 1.0
/// section 2).
/// </summary>
public sealed record LogoutMetadata
{
    public const string BackchannelUriMember = "backchannel_logout_uri";
    public const string BackchannelSessionMember = "backchannel_logout_session_required";
    public const string FrontchannelUriMember = "frontchannel_logout_uri";
    public const string FrontchannelSessionMember = "frontchannel_logout_session_required";

    /// <summary>Stands in every registration that has one of the two addresses.</summary>
    public const string AddressMark = "channel_logout_uri";

    /// <summary>The members of a registration that are read here.</summary>
    internal static readonly string[] Members =
        [BackchannelUriMember, BackchannelSessionMember, FrontchannelUriMember, FrontchannelSessionMember];

    public static readonly LogoutMetadata None = new();

    /// <summary>Where the server posts logout tokens; null: nowhere.</summary>
    public string? BackchannelUri { get; init; }

    /// <summary>What the browser loads in a frame when the person signs out; null: nothing.</summary>
    public string? FrontchannelUri { get; init; }

    internal static LogoutMetadata Read(JsonElement json, ICollection<MetadataProblem> problems)
    {
        var read = new JsonMembers(json, problems);
        // Both ways always name the session, so that the answer makes no difference; a wrong type is a mistake all the same.
        read.Flag(BackchannelSessionMember);
        read.Flag(FrontchannelSessionMember);
        var backchannel = WithoutFragment(BackchannelUriMember, read, problems);
        var frontchannel = WithoutFragment(FrontchannelUriMember, read, problems);
        return (backchannel ?? frontchannel) is null ? None : new() { BackchannelUri = backchannel, FrontchannelUri = frontchannel };
    }

    /// <summary>Front-Channel Logout 1.0 section 2: at the scheme, host and port of a redirect URI, so that it is the client's.</summary>
    internal static void Check(ClientMetadata client, ICollection<MetadataProblem> problems)
    {
        if (client.Logout.FrontchannelUri is not { } text) return;
        var origin = OriginOf(text);
        if (client.RedirectUris.Any(redirect => OriginOf(redirect) == origin)) return;
        problems.Add(new(FrontchannelUriMember, "must have the scheme, host and port of one of redirect_uris"));
    }

    private static string? OriginOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Authority) : null;

    private static string? WithoutFragment(string member, JsonMembers read, ICollection<MetadataProblem> problems)
    {
        if (read.WebAddress(member) is not { } text) return null;
        if (!text.Contains('#', StringComparison.Ordinal)) return text;
        problems.Add(new(member, "must not have a fragment"));
        return null;
    }
}
