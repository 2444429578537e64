using AuthServer.Sessions;

namespace AuthServer.Protocol.Token;

/// <summary>How the redemption of an authorization code ended.</summary>
public abstract record CodeRedemptionResult
{
    private CodeRedemptionResult()
    {
    }

    /// <param name="RefreshToken">Null without offline access.</param>
    public sealed record Redeemed(GrantedSession Session, RefreshToken? RefreshToken) : CodeRedemptionResult;

    /// <summary>The code has been redeemed before: what it gave must end (RFC 6749 section 4.1.2).</summary>
    public sealed record ReplayedCode : CodeRedemptionResult;

    /// <summary>The code expired unredeemed: nothing ends.</summary>
    public sealed record ExpiredCode : CodeRedemptionResult;

    /// <summary>The code is used up, but the browser session or the account behind it no longer stands.</summary>
    public sealed record SignedOutMeanwhile : CodeRedemptionResult;
}
