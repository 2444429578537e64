using AuthServer.Ui.Protocol.Errors;

namespace AuthServer.Ui.Demo;

/// <summary>Why the demo ends before its tokens.</summary>
public enum DemoProblem
{
    None,

    /// <summary>The answer belongs to no request of this browser, or the page was used already.</summary>
    NotOurs,

    /// <summary>The server answered with an error in place of a code.</summary>
    Declined,

    /// <summary>The token endpoint refused the code.</summary>
    Refused,

    /// <summary>The token endpoint could not be reached, or answered something else.</summary>
    NotReached,

    /// <summary>The tokens are not of this request.</summary>
    NotBelieved,
}

/// <summary>Where the server sends the person back to; with a code that is good it posts code and state to /demo/callback.</summary>
public sealed record DemoCallbackModel
{
    public DemoProblem Problem { get; init; }

    public string? Code { get; init; }

    public string? State { get; init; }

    /// <summary>The parameter iss of the answer.</summary>
    public string? Issuer { get; init; }

    /// <summary>What the server said, word for word.</summary>
    public OAuthError? Error { get; init; }
}
