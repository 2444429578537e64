using System.Text.Json;
using Microsoft.Playwright;

namespace AuthServer.EndToEndTests.Pages;

/// <summary>The authenticators of a browser window, which Chromium plays itself (WebAuthn Level 3 section 11).</summary>
public sealed class Devices
{
    private readonly ICDPSession _session;

    private Devices(ICDPSession session) => _session = session;

    public static async Task<Devices> OfAsync(IPage window)
    {
        ArgumentNullException.ThrowIfNull(window);
        var session = await window.Context.NewCDPSessionAsync(window);
        await session.SendAsync("WebAuthn.enable");
        return new(session);
    }

    /// <summary>The device itself, which verifies its person.</summary>
    public Task<string> PlugInPlatformAsync() => PlugInAsync(new() { ["transport"] = "internal" });

    /// <summary>Another one: a key at the USB port. Chromium's authenticators have one AAGUID.</summary>
    public Task<string> PlugInKeyAsync() => PlugInAsync(new() { ["transport"] = "usb" });

    /// <summary>Whether somebody is there who touches it when it asks.</summary>
    public Task TouchAsync(string device, bool touches) => _session.SendAsync(
        "WebAuthn.setAutomaticPresenceSimulation", new() { ["authenticatorId"] = device, ["enabled"] = touches });

    /// <summary>Whether it knows its person again, by a finger or a PIN.</summary>
    public Task VerifiesAsync(string device, bool verifies) => _session.SendAsync(
        "WebAuthn.setUserVerified", new() { ["authenticatorId"] = device, ["isUserVerified"] = verifies });

    public Task UnplugAsync(string device) =>
        _session.SendAsync("WebAuthn.removeVirtualAuthenticator", new() { ["authenticatorId"] = device });

    public async Task<int> CountAsync(string device)
    {
        var answer = await _session.SendAsync("WebAuthn.getCredentials", new() { ["authenticatorId"] = device });
        return answer!.Value.GetProperty("credentials").GetArrayLength();
    }

    private async Task<string> PlugInAsync(Dictionary<string, object> more)
    {
        var options = new Dictionary<string, object>
        {
            ["protocol"] = "ctap2", ["ctap2Version"] = "ctap2_1", ["hasResidentKey"] = true, ["hasUserVerification"] = true,
            ["isUserVerified"] = true, ["automaticPresenceSimulation"] = true,
        };
        foreach (var (name, value) in more) options[name] = value;
        JsonElement? answer = await _session.SendAsync("WebAuthn.addVirtualAuthenticator", new() { ["options"] = options });
        return answer!.Value.GetProperty("authenticatorId").GetString()!;
    }
}
