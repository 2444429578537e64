using AuthServer.Sessions.Senders;
using AuthServer.Users.SignIn;

namespace AuthServer.Api.OpenApi;

/// <summary>The headers of requests that several operations read, each described once.</summary>
internal static class RequestHeaders
{
    public static readonly ApiParameter IdempotencyKey = new(
        "Idempotency-Key", ApiPlace.Header,
        "1 to 255 visible ASCII characters, another for each request. Within a day the same request with the same key is answered again "
            + "and not carried out again.");

    public static readonly ApiParameter Csrf = new(
        "X-CSRF", ApiPlace.Header, "`1`, needed in cookie mode: no form and no link of another site can send it.") { Values = ["1"] };

    /// <summary>Read where a sign-in, a mail or a code is asked for, and where a new password leaves the device known.</summary>
    public static readonly ApiParameter DeviceToken = new(
        KnownDevice.Header, ApiPlace.Header,
        "From the answer to a login of this account: wrong passwords of strangers then do not make this device wait. A browser that keeps "
            + "the refresh token in the cookie has a cookie for it.");

    public static readonly ApiParameter Language = new(
        "Accept-Language", ApiPlace.Header, "The language of the mail, where the account has none (RFC 9110 section 12.5.4).");

    /// <summary>Read wherever a token may be bound to a key.</summary>
    public static readonly ApiParameter Proof = new(
        DPoPProof.Scheme, ApiPlace.Header,
        "A proof of possession (RFC 9449), where the token is, or is to be, bound to a key; such a token is sent as "
            + "`Authorization: DPoP`.");
}
