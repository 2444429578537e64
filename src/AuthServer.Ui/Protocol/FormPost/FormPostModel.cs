namespace AuthServer.Ui.Protocol.FormPost;

/// <summary>An answer that travels to the app as a form (OAuth 2.0 Form Post Response Mode, section 2).</summary>
public sealed record FormPostModel
{
    /// <summary>The registered address that receives the form.</summary>
    public required string Action { get; init; }

    public required IReadOnlyList<KeyValuePair<string, string>> Fields { get; init; }
}
