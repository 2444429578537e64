using System.Buffers.Text;
using System.Text.Json;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.Ui.Controls;

namespace AuthServer.Users.Passkeys;

/// <summary>Names of the places where passkeys live, by the AAGUID that an authenticator tells of itself.</summary>
/// <remarks>From https://github.com/passkeydeveloper/passkey-authenticator-aaguids. A hint for people, which proves nothing.</remarks>
public static class PasskeyModels
{
    private const int AaguidOffset = 37;
    private const int AaguidSize = 16;

    // WebAuthn Level 3 section 4, credential ID.
    private const int LongestId = 1023;

    private static readonly Dictionary<Guid, string> Known = new()
    {
        [new("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4")] = "Google Password Manager",
        [new("fbfc3007-154e-4ecc-8c0b-6e020557d7bd")] = "Apple Passwords",
        [new("dd4ec289-e01d-41c9-bb89-70fa845d4bf2")] = "iCloud Keychain",
        [new("adce0002-35bc-c60a-648b-0b25f1f05503")] = "Chrome on Mac",
        [new("08987058-cadc-4b81-b6e1-30de50dcbe96")] = "Windows Hello",
        [new("9ddd1817-af5a-4672-a2b9-3e3dd95000a9")] = "Windows Hello",
        [new("6028b017-b1d4-4c02-b4b3-afcdafc96bb2")] = "Windows Hello",
        [new("bada5566-a7aa-401f-bd96-45619a55120d")] = "1Password",
        [new("d548826e-79b4-db40-a3d8-11116f7e8349")] = "Bitwarden",
        [new("531126d6-e717-415c-9320-3d9aa6981239")] = "Dashlane",
        [new("fdb141b2-5d84-443e-8a35-4698c205a502")] = "KeePassXC",
        [new("50726f74-6f6e-5061-7373-50726f746f6e")] = "Proton Pass",
        [new("b84e4048-15dc-4dd0-8640-f4f60813c8af")] = "NordPass",
        [new("0ea242b4-43c4-4a1b-8b17-dd6d0b6baec6")] = "Keeper",
        [new("f3809540-7f14-49c1-a8b3-8f813b225541")] = "Enpass",
        [new("53414d53-554e-4700-0000-000000000000")] = "Samsung Pass",
        [new("cb69481e-8ff7-4039-93ec-0a2729a154a8")] = "YubiKey",
        [new("ee882879-721c-4913-9775-3dfcce97072a")] = "YubiKey",
        [new("2fc0579f-8113-47ea-b116-bb5a8db9202a")] = "YubiKey",
        [new("fa2b99dc-9e39-4257-8f92-4a30d23c4118")] = "YubiKey",
    };

    // Kept by an operating system on one device; all others of the list are managers of passwords, or keys.
    private static readonly HashSet<string> OfSystems = ["Windows Hello", "Chrome on Mac"];

    /// <summary>The form of what keeps it, for its picture.</summary>
    public static PasskeyShape ShapeOf(Passkey row) =>
        SpaceList.Split(row.Transports).Any(transport => transport is "usb" or "nfc" or "ble" or "smart-card") ? PasskeyShape.Key
        : row.IsBackupEligible || (NameOf(row.Aaguid) is { } name && !OfSystems.Contains(name)) ? PasskeyShape.Manager
        : PasskeyShape.Device;

    /// <summary>Null for a model that is not known, or that does not tell.</summary>
    public static string? NameOf(Guid? aaguid) => aaguid is { } id ? Known.GetValueOrDefault(id) : null;

    /// <summary>What the authenticator calls the passkey; null where the answer names none.</summary>
    internal static byte[]? CredentialIdOf(string credentialJson)
    {
        try
        {
            using var credential = JsonDocument.Parse(credentialJson);
            var id = Base64Url.DecodeFromChars(credential.RootElement.GetProperty("id").GetString());
            return id.Length is > 0 and <= LongestId ? id : null;
        }
        catch (Exception exception)
            when (exception is FormatException or InvalidOperationException or KeyNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The AAGUID in a registration whose signatures were checked already (WebAuthn Level 3 section 6.5.1).</summary>
    internal static Guid? AaguidOf(string credentialJson)
    {
        try
        {
            using var credential = JsonDocument.Parse(credentialJson);
            var response = credential.RootElement.GetProperty("response");
            if (!response.TryGetProperty("authenticatorData", out var text) || text.GetString() is not { } encoded) return null;
            var data = Base64Url.DecodeFromChars(encoded);
            if (data.Length < AaguidOffset + AaguidSize) return null;
            var id = new Guid(data.AsSpan(AaguidOffset, AaguidSize), bigEndian: true);
            return id == Guid.Empty ? null : id;
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }
}
