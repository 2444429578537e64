using OpenIddict.Server;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>
/// What a request of the JSON API says beyond what OpenIddict's own request holds; passwords stay out of the latter, which is logged.
/// </summary>
/// <param name="CookieMode">The refresh token came in the cookie, or is to leave in it.</param>
internal sealed record FirstPartyCall(FirstPartyRoute Route, bool CookieMode)
{
    private const string Key = "authplatform:first-party-call";

    public LoginRequest? Login { get; init; }

    /// <summary>The second step of a login.</summary>
    public LoginCodeRequest? LoginCode { get; init; }

    public static FirstPartyCall? Of(OpenIddictServerTransaction transaction) => transaction.GetProperty<FirstPartyCall>(Key);

    public void AttachTo(OpenIddictServerTransaction transaction) => transaction.SetProperty(Key, this);
}
