namespace AuthServer.Ui.Protocol.Errors;

/// <summary>A request that cannot go on: what happened, what to do, and a reference for the people who run the server.</summary>
public sealed record ErrorModel
{
    /// <summary>The heading; null takes one that fits <see cref="StatusCode"/>.</summary>
    public string? Title { get; init; }

    /// <summary>What happened and what to do now.</summary>
    public required string Text { get; init; }

    /// <summary>What finds this request in the log, such as 7F3K-92QD.</summary>
    public required string Reference { get; init; }

    /// <summary>The protocol's own words, for the developer of the app.</summary>
    public OAuthError? OAuthError { get; init; }

    /// <summary>Where to go on; null leads to the home page.</summary>
    public string? BackUrl { get; init; }

    /// <summary>Whose page <see cref="BackUrl"/> is: the text says "Back to Fieldnotes". Null says "Go back".</summary>
    public string? BackTo { get; init; }

    /// <summary>The status of the answer; it chooses the heading and is not shown.</summary>
    public int StatusCode { get; init; } = 400;
}

/// <summary>The error and error_description parameters of RFC 6749 section 4.1.2.1.</summary>
public sealed record OAuthError(string Code, string? Description);
