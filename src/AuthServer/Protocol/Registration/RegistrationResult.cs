using System.Text.Json.Nodes;

namespace AuthServer.Protocol.Registration;

/// <summary>What became of a request of RFC 7591 or RFC 7592.</summary>
public abstract record RegistrationResult
{
    private RegistrationResult()
    {
    }

    /// <param name="Token">The registration access token that is valid from now on.</param>
    /// <param name="Secret">One that was made, which is stored nowhere.</param>
    public sealed record Registered(
        string ClientId, DateTime RegisteredAt, JsonObject Metadata, string Token, string? Secret, bool IsNew) : RegistrationResult
    {
        /// <summary>The software statement that it rests on; null: none.</summary>
        public string? Statement { get; init; }
    }

    public sealed record Deleted : RegistrationResult;

    /// <summary>RFC 7591 section 3.2.2.</summary>
    public sealed record Refused(string Error, string Description) : RegistrationResult;

    /// <summary>The token is none, or not for this.</summary>
    /// <param name="Presented">Whether there was one (RFC 6750 section 3.1).</param>
    public sealed record Unauthorized(bool Presented) : RegistrationResult;

    public sealed record Wait(TimeSpan For) : RegistrationResult;
}
