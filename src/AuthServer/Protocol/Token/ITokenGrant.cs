using System.Collections.Immutable;
using AuthServer.Clients.Directory;
using AuthServer.JsonApi;
using AuthServer.Protocol.Authorization;
using AuthServer.Protocol.Claims;
using AuthServer.Protocol.Token.FirstParty;
using AuthServer.Sessions;

namespace AuthServer.Protocol.Token;

/// <summary>One grant type of the token endpoint (RFC 6749 section 4).</summary>
public interface ITokenGrant
{
    /// <summary>Decides; everything that RFC 6749 section 5.2 asks about the client and its parameters has been judged before.</summary>
    ValueTask<GrantAnswer> DecideAsync(GrantRequest request);
}

/// <summary>A request to the token endpoint whose client has proved who it is.</summary>
/// <param name="Scopes">The <c>scope</c> parameter; empty when there is none.</param>
/// <param name="Resources">The <c>resource</c> parameters (RFC 8707).</param>
public sealed record GrantRequest(HttpContext Http, RegisteredClient Client, ImmutableArray<string> Scopes, ImmutableArray<string> Resources)
{
    /// <summary>The presented code, found but not redeemed.</summary>
    public StoredCode? Code { get; init; }

    /// <summary>The presented refresh token; its MAC is right.</summary>
    public RefreshToken? RefreshToken { get; init; }

    /// <summary>E-mail address and password at /v1/auth/login.</summary>
    public LoginRequest? Login { get; init; }
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
