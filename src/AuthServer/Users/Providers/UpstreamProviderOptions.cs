using System.Security.Cryptography;
using AuthServer.Configuration;

namespace AuthServer.Users.Providers;

/// <summary>Providers whose addresses and ways this server knows.</summary>
public enum UpstreamPreset
{
    /// <summary>Any provider with OpenID Connect Discovery.</summary>
    Oidc,
    Google,
    Microsoft,
    GitHub,
    Apple,
}

/// <summary>
/// Settings of one provider of UPSTREAM_PROVIDERS. &lt;NAME&gt; is its name in capitals, with _ in place of -: UPSTREAM_GOOGLE_CLIENT_ID.
/// </summary>
public sealed class UpstreamProviderOptions
{
    /// <summary>
    /// What kind of provider it is; absent: the one that it is named after, otherwise oidc, any provider with OpenID Connect Discovery.
    /// </summary>
    [Setting("UPSTREAM_<NAME>_PRESET")]
    public UpstreamPreset? Preset { get; set; }

    /// <summary>
    /// The issuer, as its discovery document says it; required for oidc, the others bring theirs along. https, or http on this machine.
    /// </summary>
    [Setting("UPSTREAM_<NAME>_ISSUER")]
    public Uri? Issuer { get; set; }

    /// <summary>The client ID that the provider gave to this server.</summary>
    [Setting("UPSTREAM_<NAME>_CLIENT_ID")]
    public string? ClientId { get; set; }

    /// <summary>The client secret; required for google, microsoft and github. apple has a key in its place.</summary>
    [Setting("UPSTREAM_<NAME>_CLIENT_SECRET", Secret = true)]
    public string? ClientSecret { get; set; }

    /// <summary>
    /// What is asked for; absent: openid, email and profile, for github read:user and user:email, for apple openid and email.
    /// </summary>
    [Setting("UPSTREAM_<NAME>_SCOPES")]
    public IReadOnlyList<string> Scopes { get; set; } = [];

    /// <summary>What people read on the button; absent: the name of the preset, or the name of the provider with a capital.</summary>
    [Setting("UPSTREAM_<NAME>_NAME")]
    public string? Label { get; set; }

    /// <summary>
    /// true: an address that the provider calls verified is confirmed here too. Absent: true for google, github and apple, which verify
    /// addresses, and false for others. In no case does an address alone lead into an account that exists.
    /// </summary>
    [Setting("UPSTREAM_<NAME>_TRUST_EMAIL")]
    public bool? TrustEmail { get; set; }

    /// <summary>false: nobody gets a new account by this provider; people connect it to the account that they have.</summary>
    [Setting("UPSTREAM_<NAME>_CREATE_ACCOUNTS")]
    public bool CreateAccounts { get; set; } = true;

    /// <summary>
    /// true: a sign-in for which the provider says mfa in amr (RFC 8176) counts as two factors, and no code is asked for here.
    /// </summary>
    [Setting("UPSTREAM_<NAME>_TRUST_SECOND_FACTOR")]
    public bool TrustSecondFactor { get; set; }

    /// <summary>
    /// true: a sign-in counts as one of this moment where the provider does not say when it asked the person (auth_time), also for an app
    /// that asks for a new sign-in: whoever finds a browser that is signed in at the provider passes. false: it is then never recent enough
    /// to change a way in, or for such an app.
    /// </summary>
    [Setting("UPSTREAM_<NAME>_ASSUME_RECENT")]
    public bool AssumeRecent { get; set; }

    /// <summary>
    /// microsoft: the ID of your tenant, organizations or consumers; absent: common, accounts of every tenant and private ones.
    /// </summary>
    [Setting("UPSTREAM_<NAME>_TENANT")]
    public string? Tenant { get; set; }

    /// <summary>apple: the ID of your team.</summary>
    [Setting("UPSTREAM_<NAME>_TEAM_ID")]
    public string? TeamId { get; set; }

    /// <summary>apple: the ID of the key.</summary>
    [Setting("UPSTREAM_<NAME>_KEY_ID")]
    public string? KeyId { get; set; }

    /// <summary>
    /// apple: the content of the key file (.p8), a private key in PEM; UPSTREAM_&lt;NAME&gt;_PRIVATE_KEY_FILE names the file.
    /// </summary>
    [Setting("UPSTREAM_<NAME>_PRIVATE_KEY", Secret = true)]
    public string? PrivateKey { get; set; }

    private const string TenantCure = "set it to the ID (a GUID), or to common, organizations or consumers";

    /// <summary>Null when something is missing or wrong, which is among the problems.</summary>
    /// <param name="key">Of the provider, as it stands in the names of settings.</param>
    internal UpstreamProvider? ToProvider(string name, string key, SettingProblems problems)
    {
        var before = problems.Lines.Count;
        var preset = Preset ?? Enum.GetValues<UpstreamPreset>().FirstOrDefault(p => Is(p, name));
        if (ClientId is null) Missing("CLIENT_ID", "set it to what the provider shows for this server");
        var issuer = IssuerOf(preset);
        if (preset is UpstreamPreset.Google or UpstreamPreset.Microsoft or UpstreamPreset.GitHub && ClientSecret is null)
            Missing("CLIENT_SECRET", "set it to what the provider shows for this server");
        if (preset != UpstreamPreset.Microsoft && Tenant is not null) Unneeded("TENANT", "microsoft");
        else if (Tenant is not null && !UpstreamProvider.IsOfManyTenants(Tenant) && !Guid.TryParseExact(Tenant, "D", out _))
            problems.Add($"UPSTREAM_{key}_TENANT", $"\"{Tenant}\" is no ID of a tenant", TenantCure);
        var appleKey = AppleKeyOf(preset);
        if (problems.Lines.Count > before) return null;
        return new()
        {
            Name = name,
            Preset = preset,
            Label = Label ?? (preset == UpstreamPreset.Oidc ? char.ToUpperInvariant(name[0]) + name[1..] : preset.ToString()),
            Issuer = issuer!,
            ClientId = ClientId!,
            ClientSecret = ClientSecret,
            Scopes = Scopes.Count > 0 ? Scopes : UpstreamProvider.ScopesOf(preset),
            TrustEmail = TrustEmail ?? preset is UpstreamPreset.Google or UpstreamPreset.GitHub or UpstreamPreset.Apple,
            CreateAccounts = CreateAccounts,
            TrustSecondFactor = TrustSecondFactor,
            AssumeRecent = AssumeRecent,
            Tenant = Tenant ?? UpstreamProvider.AnyTenant,
            Apple = appleKey is null ? null : new(TeamId!, KeyId!, appleKey),
        };

        static bool Is(UpstreamPreset preset, string name) => preset.ToString().Equals(name, StringComparison.OrdinalIgnoreCase);

        void Missing(string suffix, string cure) => problems.Add($"UPSTREAM_{key}_{suffix}", "is not set", cure);

        void Unneeded(string suffix, string owner) =>
            problems.Add($"UPSTREAM_{key}_{suffix}", $"is set, and is for {owner} alone", "remove it");

        string? IssuerOf(UpstreamPreset preset)
        {
            if (preset != UpstreamPreset.Oidc)
            {
                if (Issuer is not null)
                {
                    problems.Add(
                        $"UPSTREAM_{key}_ISSUER", $"is set, and the preset {preset.ToString().ToLowerInvariant()} has its own",
                        $"remove it, or set UPSTREAM_{key}_PRESET to oidc");
                }

                return UpstreamProvider.IssuerOf(preset, Tenant ?? UpstreamProvider.AnyTenant);
            }

            if (Issuer is null) Missing("ISSUER", "set it to the issuer of the provider, such as https://login.example.com");
            else if (Issuer.Query.Length > 0 || Issuer.Fragment.Length > 0 || Issuer.UserInfo.Length > 0)
                problems.Add($"UPSTREAM_{key}_ISSUER", "has a query, fragment or user", "set it to the issuer alone");
            else if (Issuer.Scheme != Uri.UriSchemeHttps && !LoopbackHost.IsHostOf(Issuer))
                problems.Add($"UPSTREAM_{key}_ISSUER", "is http and not on this machine", "set it to an https address");
            return Issuer?.OriginalString.TrimEnd('/');
        }

        ECDsa? AppleKeyOf(UpstreamPreset preset)
        {
            if (preset != UpstreamPreset.Apple)
            {
                if (TeamId is not null) Unneeded("TEAM_ID", "apple");
                if (KeyId is not null) Unneeded("KEY_ID", "apple");
                if (PrivateKey is not null) Unneeded("PRIVATE_KEY", "apple");
                return null;
            }

            if (ClientSecret is not null)
                problems.Add($"UPSTREAM_{key}_CLIENT_SECRET", "is set, and apple takes a key in its place", "remove it");
            if (TeamId is null) Missing("TEAM_ID", "set it to the ID of your team at Apple");
            if (KeyId is null) Missing("KEY_ID", "set it to the ID of the key");
            if (PrivateKey is null)
            {
                Missing("PRIVATE_KEY", $"set UPSTREAM_{key}_PRIVATE_KEY_FILE to the file (.p8) that you got from Apple");
                return null;
            }

            try
            {
                var made = ECDsa.Create();
                made.ImportFromPem(PrivateKey);
                return made;
            }
            catch (Exception e) when (e is ArgumentException or CryptographicException)
            {
                problems.Add(
                    $"UPSTREAM_{key}_PRIVATE_KEY", "is no private key in PEM", "set it to the content of the file (.p8) from Apple");
                return null;
            }
        }
    }
}
