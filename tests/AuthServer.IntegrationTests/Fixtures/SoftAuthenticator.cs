using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>An authenticator with one passkey, and the browser before it, which may say what is not true (WebAuthn Level 3).</summary>
internal sealed class SoftAuthenticator(Issuer issuer) : IDisposable
{
    private const byte UserPresent = 1;
    private const byte HasCredential = 0x40;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string Origin { get; set; } = issuer.Origin;

    public string RelyingParty { get; set; } = issuer.Address.IdnHost;

    public bool CrossOrigin { get; set; }

    public bool VerifiesPerson { get; set; } = true;

    public bool IsPersonPresent { get; set; } = true;

    /// <summary>It copies the passkey to other devices.</summary>
    public bool IsSynced { get; init; }

    public uint Count { get; set; } = 1;

    public Guid Aaguid { get; set; }

    public byte[] CredentialId { get; } = RandomNumberGenerator.GetBytes(32);

    /// <summary>As a COSE key: EC2, ES256, P-256.</summary>
    public byte[] PublicKey
    {
        get
        {
            var point = _key.ExportParameters(false).Q;
            return [0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32, .. point.X!, 0x22, 0x58, 32, .. point.Y!];
        }
    }

    public void Dispose() => _key.Dispose();

    /// <summary>navigator.credentials.create()</summary>
    public string Create(JsonElement options)
    {
        var model = Aaguid.ToByteArray(bigEndian: true);
        var data = Data(HasCredential, [.. model, 0, (byte)CredentialId.Length, .. CredentialId, .. PublicKey]);
        byte[] attestation =
        [
            0xa3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xa0, 0x68, .. "authData"u8, 0x58,
            (byte)data.Length, .. data,
        ];
        return Answer(new JsonObject
        {
            ["clientDataJSON"] = Text(Client("webauthn.create", options)),
            ["attestationObject"] = Text(attestation),
            ["authenticatorData"] = Text(data),
            ["transports"] = new JsonArray("internal", "carrier-pigeon"),
        });
    }

    /// <summary>navigator.credentials.get()</summary>
    public string Get(JsonElement options, Guid userId)
    {
        var data = Data(0, []);
        var client = Client("webauthn.get", options);
        byte[] signed = [.. data, .. SHA256.HashData(client)];
        return Answer(new JsonObject
        {
            ["clientDataJSON"] = Text(client),
            ["authenticatorData"] = Text(data),
            ["signature"] = Text(_key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
            ["userHandle"] = Text(Encoding.UTF8.GetBytes(userId.ToString())),
        });
    }

    private string Answer(JsonObject response) => new JsonObject
    {
        ["id"] = Text(CredentialId), ["rawId"] = Text(CredentialId), ["type"] = "public-key", ["response"] = response,
        ["authenticatorAttachment"] = "platform", ["clientExtensionResults"] = new JsonObject(),
    }.ToJsonString();

    private byte[] Data(byte flags, byte[] credential)
    {
        // WebAuthn Level 3 section 6.1: UP, UV, BE and BS.
        flags |= (byte)((IsPersonPresent ? UserPresent : 0) | (VerifiesPerson ? 0x04 : 0) | (IsSynced ? 0x18 : 0));
        var count = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(count, Count);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(RelyingParty)), flags, .. count, .. credential];
    }

    private byte[] Client(string type, JsonElement options) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        type, challenge = options.GetProperty("challenge").GetString(), origin = Origin, crossOrigin = CrossOrigin,
    });

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
