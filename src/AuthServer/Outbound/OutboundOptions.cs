using AuthServer.Configuration;

namespace AuthServer.Outbound;

/// <summary>Where this server may send requests of its own, when a client or its registration names the address.</summary>
public sealed class OutboundOptions : ICheckedSettings
{
    public const string Key = "OUTBOUND_ALLOWED_HOSTS";

    /// <summary>
    /// Hosts that may be asked although they are not public, and by http: names, addresses or networks, each with a port or without, such
    /// as keys.internal,10.0.0.5:8443,10.1.0.0/16. All other addresses that clients name (jwks_uri and the like) must be https and public.
    /// Whoever registers clients can reach what is named here: give the port, and name no host that does more than it must.
    /// </summary>
    [Setting(Key, Cure = AllowedHosts.Form)]
    public IReadOnlyList<string> AllowedHostNames { get; set; } = [];

    public AllowedHosts Allowed { get; private set; } = AllowedHosts.None;

    public void Check(SettingProblems problems) => Allowed = AllowedHosts.Parse(Key, AllowedHostNames, problems);
}
