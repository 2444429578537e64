namespace AuthServer.Keys;

/// <summary>The machine that holds a signing key is away. The request is answered with 503, and nothing was signed.</summary>
/// <param name="cure">What is wrong and what to do, for the log.</param>
public sealed class SigningUnavailableException(string cure, Exception? inner = null) : Exception(cure, inner)
{
    /// <summary>When a caller may try again.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
}
