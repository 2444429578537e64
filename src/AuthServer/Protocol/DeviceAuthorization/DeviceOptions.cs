using AuthServer.Configuration;

namespace AuthServer.Protocol.DeviceAuthorization;

/// <summary>Whether devices without a browser may ask (RFC 8628).</summary>
public sealed class DeviceOptions
{
    /// <summary>
    /// Whether televisions, tools of the command line and other devices without a browser of their own get tokens after a person has typed
    /// their code at /device: clients whose grant_types have urn:ietf:params:oauth:grant-type:device_code. false takes endpoint and page
    /// away.
    /// </summary>
    [Setting("DEVICE_AUTHORIZATION")]
    public bool IsOn { get; set; } = true;
}
