using AuthServer.Configuration;
using AuthServer.Users.SignIn;
using Microsoft.AspNetCore.Identity;

namespace AuthServer.Users.Passkeys;

/// <summary>What this server demands of passkeys; most of it follows from the issuer.</summary>
public sealed class PasskeyRules(IssuerOptions issuer, SignInMethodOptions methods)
{
    /// <summary>How long the browser waits for the person.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>How long a challenge may be answered: the browser's time, and the way there and back.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(6);

    /// <summary>More than a person has devices.</summary>
    public const int MostPerAccount = 20;

    public const int MostNameLength = 100;

    // RFC 8176 section 2: proof of possession of a key ("pop"), or of one that software may copy ("swk"); presence of the person, whom the
    // device has verified by PIN or body. Both together are two factors. Never "hwk", a hardware-secured key: without attestation the word
    // of the authenticator is all that is known of where it keeps the key.
    private static readonly string[] OfKey = ["pop", "user", "mfa"];
    private static readonly string[] OfSynced = ["swk", "user", "mfa"];

    /// <summary>What a session says of a person who has used a passkey (<c>amr</c>).</summary>
    public static IReadOnlyCollection<string> MethodsOf(bool isSynced) => isSynced ? OfSynced : OfKey;

    /// <summary>Whether a word of <see cref="MethodsOf"/> says that a passkey was used.</summary>
    public static bool IsOfKey(string method) => method == OfKey[0] || method == OfSynced[0];

    /// <inheritdoc cref="SignInMethodOptions.PasskeysArePossible"/>
    public bool ArePossible { get; } = methods.PasskeysArePossible(issuer);

    /// <summary>The relying party ID (WebAuthn Level 3 section 5.1.2).</summary>
    public string Domain { get; } = issuer.Issuer.IdnHost;

    // As browsers write it, with the A-labels of an international name.
    private readonly string _origin = issuer.Issuer.Scheme + Uri.SchemeDelimiter + issuer.Issuer.IdnHost
        + (issuer.Issuer.IsDefaultPort ? "" : ":" + issuer.Issuer.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));

    internal void Apply(IdentityPasskeyOptions options)
    {
        // Never from the Host header, which the caller chooses.
        options.ServerDomain = Domain;
        options.ValidateOrigin = context => new(context.Origin == _origin && !context.CrossOrigin);
        options.UserVerificationRequirement = "required";
        // Discoverable: the e-mail address is not needed for a sign-in.
        options.ResidentKeyRequirement = "required";
        // The maker of a device is no reason to refuse it, and asking makes browsers warn.
        options.AttestationConveyancePreference = "none";
        options.AuthenticatorTimeout = Patience;
    }
}
