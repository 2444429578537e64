using AuthServer.Keys;
using Microsoft.AspNetCore.DataProtection;

namespace AuthServer.Pages;

/// <summary>
/// What the pages show or do for an app's request, where its parameters are not in the address (RFC 9126): sealed, because a hint names a
/// person.
/// </summary>
/// <remarks>Pages alone read it; what a request asks for is decided by the request itself.</remarks>
public sealed class RequestHints(IDataProtectionProvider protection)
{
    /// <summary>Beside <c>request_uri</c> in the address that a person returns to.</summary>
    public const string Parameter = "hints";

    private const string Claims = "claims";

    private static readonly string[] Names = ["login_hint", "ui_locales", "prompt", "acr_values", "max_age", "identity_provider", Claims];

    private readonly SealedText _sealed = new(protection, "authplatform/request-hints/1", longest: 8 * 1024);

    /// <param name="once">A parameter of the request that was sent exactly once.</param>
    public string Seal(Func<string, string?> once)
    {
        var hints = new Dictionary<string, string>();
        foreach (var name in Names)
        {
            // Pages ask whether there are single claims, and not for which.
            if (once(name) is { } value) hints[name] = name == Claims ? "{}" : value;
        }

        return _sealed.Seal(hints);
    }

    /// <returns>Empty where this server did not seal the text.</returns>
    public IReadOnlyDictionary<string, string> Open(string text) => _sealed.Open<Dictionary<string, string>>(text) ?? [];
}
