namespace AuthServer.Ui.Protocol.Errors;

/// <summary>A request that cannot go on: what happened, what to do, and a reference for the people who run the server.</summary>
public sealed record ErrorModel
{
    /// <summary>The heading; null takes one that fits <see cref="StatusCode"/>.</summary>
    public string? Title { get; init; }

    /// <summary>What happened and what to do now.</summary>
    public ErrorReason Reason { get; init; }

    /// <summary>The name of the app that <see cref="ErrorReason.ReturnAddress"/> is about.</summary>
    public string? App { get; init; }

    /// <summary>For the people who run the server, in English, in place of the text that fits <see cref="Reason"/>.</summary>
    public string? Text { get; init; }

    /// <summary>What finds this request in the log, such as 7F3K-92QD.</summary>
    public required string Reference { get; init; }

    /// <summary>The protocol's own words, for the developer of the app.</summary>
    public OAuthError? OAuthError { get; init; }

    /// <summary>Where to go on; null leads to the home page.</summary>
    public string? BackUrl { get; init; }

    /// <summary>Whose page <see cref="BackUrl"/> is: the text says "Back to Fieldnotes". Null says "Go back".</summary>
    public string? BackTo { get; init; }

    /// <summary>What the answer to the app has, where the person takes it there as a form; null: it is in the address.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? BackFields { get; init; }

    /// <summary>An app that nobody here knows, to which <see cref="BackUrl"/> leads; null: no such app.</summary>
    public StrangerApp? Stranger { get; init; }

    /// <summary>The status of the answer; it chooses the heading and is not shown.</summary>
    public int StatusCode { get; init; } = 400;
}

/// <summary>Why a request cannot go on.</summary>
public enum ErrorReason
{
    /// <summary>What the status of the answer says.</summary>
    Status,

    /// <summary>No app has this client_id.</summary>
    UnknownApp,

    /// <summary>The redirect_uri is not one of the app's.</summary>
    ReturnAddress,

    /// <summary>Anything else that the app did wrong.</summary>
    Request,

    /// <summary>Nothing: the person did not allow it.</summary>
    NotAllowed,
}

/// <summary>An app that has registered or described itself, and for which nobody answers.</summary>
/// <param name="Host">Where the person would go.</param>
/// <param name="Publisher">The host that publishes its document; null: it has registered itself.</param>
/// <param name="ServerName">Who does not know it.</param>
public sealed record StrangerApp(string Host, string? Publisher, string ServerName);

/// <summary>The error and error_description parameters of RFC 6749 section 4.1.2.1.</summary>
public sealed record OAuthError(string Code, string? Description);
