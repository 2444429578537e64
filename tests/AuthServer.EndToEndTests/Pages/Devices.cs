using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Playwright;

namespace AuthServer.EndToEndTests.Pages;

/// <summary>The authenticators of a browser window, which Chromium plays itself (WebAuthn Level 3 section 11).</summary>
public sealed class Devices
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

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

    /// <summary>The passkeys that it keeps.</summary>
    public async Task<IReadOnlyList<KeptPasskey>> KeptAsync(string device)
    {
        var answer = await _session.SendAsync("WebAuthn.getCredentials", new() { ["authenticatorId"] = device });
        return [.. answer!.Value.GetProperty("credentials").EnumerateArray().Select(KeptPasskey.Of)];
    }

    /// <summary>Keeps a passkey that no server has.</summary>
    /// <param name="user">The user handle, in base64.</param>
    /// <returns>Its ID, in base64.</returns>
    public async Task<string> KeepAsync(string device, string domain, string user)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var id = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        await _session.SendAsync("WebAuthn.addCredential", new()
        {
            ["authenticatorId"] = device,
            ["credential"] = new Dictionary<string, object>
            {
                ["credentialId"] = id, ["isResidentCredential"] = true, ["rpId"] = domain, ["userHandle"] = user,
                ["privateKey"] = Convert.ToBase64String(key.ExportPkcs8PrivateKey()), ["signCount"] = 0,
            },
        });
        return id;
    }

    /// <summary>The ID of the next passkey that is deleted because a page said so (WebAuthn Level 3 section 5.1.10).</summary>
    public Task<string> NextDeletedAsync() =>
        NextAsync("WebAuthn.credentialDeleted", told => told.GetProperty("credentialId").GetString()!);

    /// <summary>The next passkey that has another name because a page said so.</summary>
    public Task<KeptPasskey> NextUpdatedAsync() =>
        NextAsync("WebAuthn.credentialUpdated", told => KeptPasskey.Of(told.GetProperty("credential")));

    private Task<T> NextAsync<T>(string name, Func<JsonElement, T> read)
    {
        var next = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _session.Event(name).OnEvent += (_, told) => next.TrySetResult(read(told!.Value));
        return next.Task.WaitAsync(Patience);
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

/// <summary>A passkey as an authenticator keeps it.</summary>
/// <param name="Id">In base64.</param>
/// <param name="User">The user handle, in base64.</param>
public sealed record KeptPasskey(string Id, string User, string? Name, string? DisplayName)
{
    internal static KeptPasskey Of(JsonElement credential) => new(
        credential.GetProperty("credentialId").GetString()!, TextOf(credential, "userHandle")!, TextOf(credential, "userName"),
        TextOf(credential, "userDisplayName"));

    private static string? TextOf(JsonElement credential, string member) =>
        credential.TryGetProperty(member, out var text) ? text.GetString() : null;
}
