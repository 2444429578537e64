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

    /// <summary>Another one: a key at the USB port. Chromium's have one AAGUID; <see cref="BecomeAsync"/> gives others.</summary>
    public Task<string> PlugInKeyAsync() => PlugInAsync(new() { ["transport"] = "usb" });

    /// <summary>
    /// Lets the authenticators of a window tell another model from the next page on. No signature covers the AAGUID where no attestation is
    /// asked for (WebAuthn Level 3 section 6.5.3), so it can be written over between browser and page.
    /// </summary>
    public static async Task BecomeAsync(IPage window, Guid model)
    {
        ArgumentNullException.ThrowIfNull(window);
        var bytes = string.Join(',', model.ToByteArray(bigEndian: true));
        await window.AddInitScriptAsync($$"""
            (() => {
              const response = AuthenticatorAttestationResponse.prototype;
              const at = 37, model = [{{bytes}}];
              const told = (buffer, start) => {
                const copy = new Uint8Array(buffer.slice(0));
                copy.set(model, start + at);
                return copy.buffer;
              };
              const data = (response.plainData ??= response.getAuthenticatorData);
              response.getAuthenticatorData = function () { return told(data.call(this), 0); };
              const object = (response.plainObject ??= Object.getOwnPropertyDescriptor(response, "attestationObject").get);
              Object.defineProperty(response, "attestationObject", { configurable: true, get() {
                const bytes = new Uint8Array(object.call(this)), inner = new Uint8Array(data.call(this));
                const start = bytes.findIndex((_, i) => inner.every((byte, j) => bytes[i + j] === byte));
                return told(bytes.buffer, start);
              } });
            })();
            """);
    }

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
