using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token;

/// <summary>A token of a request that OpenIddict offers to one handler after the other, until one recognises it.</summary>
internal static class PresentedToken
{
    /// <summary>Whether no handler has recognised it yet, and the endpoint takes tokens of this type.</summary>
    /// <remarks>An empty list of types means every type.</remarks>
    public static bool MayBe(string type, ValidateTokenContext context) =>
        context.Principal is null && (context.ValidTokenTypes.Count == 0 || context.ValidTokenTypes.Contains(type));
}
