namespace AuthServer.Sessions;

/// <summary>What a person did to sign in, in the words of RFC 8176 section 2 (<c>amr</c>).</summary>
public static class AuthenticationMethods
{
    public const string Password = "pwd";

    /// <summary>A one-time password: of an authenticator app, a recovery code, or a code or link that was mailed.</summary>
    public const string OneTimeCode = "otp";

    /// <summary>More than one channel: the code of the second step came by mail.</summary>
    public const string SeveralChannels = "mca";

    /// <summary>A sign-in by another provider, for which the registry of RFC 8176 has no word; other systems say it so.</summary>
    public const string Federated = "fed";

    /// <summary>More than one factor.</summary>
    public const string SeveralFactors = "mfa";
}
