using AuthServer.Configuration;

namespace AuthServer.Users.SignIn;

/// <summary>The ways in which people sign in.</summary>
public sealed class SignInMethodOptions : ICheckedSettings
{
    internal const string Key = "SIGNIN_METHODS";

    private const string PasswordName = "password", PasskeyName = "passkey", EmailName = "email";

    /// <summary>
    /// password: e-mail address and password. passkey: passkeys, where API_BASE_URL has a host name. email: a code or a link that is mailed
    /// to the address; it needs mail. By commas, in any order.
    /// </summary>
    [Setting(Key)]
    public IReadOnlyList<string> Methods { get; set; } = [PasswordName, PasskeyName];

    public bool Password => Methods.Contains(PasswordName);

    public bool Passkey => Methods.Contains(PasskeyName);

    public bool Email => Methods.Contains(EmailName);

    /// <summary>Passkeys belong to a domain name: on an issuer like http://127.0.0.1 there are none.</summary>
    public bool PasskeysArePossible(IssuerOptions issuer) => Passkey && issuer.Issuer.HostNameType == UriHostNameType.Dns;

    public void Check(SettingProblems problems)
    {
        const string Cure = "name some of password, passkey and email";
        if (Methods.FirstOrDefault(name => name is not (PasswordName or PasskeyName or EmailName)) is { } unknown)
        {
            problems.Add(Key, $"has {unknown}, which is no way to sign in", Cure);
        }
        else if (!Password && !Email)
        {
            // Who has no passkey yet makes one after another sign-in.
            problems.Add(Key, "leaves nobody a way in for the first time", "name password or email, beside passkey perhaps");
        }
    }
}
