using AuthServer.JsonApi;
using AuthServer.Protocol.Claims;
using AuthServer.Sessions;

namespace AuthServer.Protocol.Token;

/// <summary>
/// One grant type of the token endpoint (RFC 6749 section 4). It judges everything about its parameters; the client has been judged before.
/// </summary>
public interface ITokenGrant<in TRequest>
    where TRequest : GrantRequest
{
    ValueTask<GrantAnswer> DecideAsync(TRequest request);
}

/// <summary>What a grant decided.</summary>
public abstract record GrantAnswer
{
    private GrantAnswer()
    {
    }

    /// <param name="Content">What the tokens say.</param>
    /// <param name="RefreshToken">Null: none is issued.</param>
    public sealed record Granted(TokenContent Content, RefreshToken? RefreshToken) : GrantAnswer
    {
        /// <summary>When the session ends, in UTC; null for a client on its own behalf.</summary>
        public DateTime? SessionEndsAt { get; init; }
    }

    /// <summary>An error of RFC 6749 section 5.2 for the client.</summary>
    public sealed record Refused(string Error, string Description) : GrantAnswer;

    /// <summary>An answer of the JSON API, where no OAuth error says it.</summary>
    public sealed record Answered(Problem Problem) : GrantAnswer;
}
