using System.Text.Json;
using AuthServer.Clients.PublicKeys;
using AuthServer.Configuration;

namespace AuthServer.Clients.Registration;

/// <summary>Whose software statements are taken, and where their keys are.</summary>
public sealed record StatementIssuer(string Issuer, KeyPlace Keys);

/// <summary>Whose software statements are taken (RFC 7591 section 2.3).</summary>
public sealed class SoftwareStatementOptions : ICheckedSettings
{
    private const string Key = "SOFTWARE_STATEMENT_ISSUERS";

    private static readonly string[] Members = ["issuer", "jwks", "jwks_uri"];

    /// <summary>
    /// A JSON list of the issuers whose signed software statements clients may present when they register themselves, each with issuer and
    /// either jwks or jwks_uri. What a statement says counts more than what the client says. Absent: a statement is refused.
    /// docs/registration.md has an example.
    /// </summary>
    [Setting(Key)]
    public string? Text { get; set; }

    public IReadOnlyDictionary<string, StatementIssuer> Issuers { get; private set; } = new Dictionary<string, StatementIssuer>();

    public void Check(SettingProblems problems)
    {
        if (string.IsNullOrWhiteSpace(Text)) return;
        Issuers = JsonListSetting.Read(
            Key, Text, "write a JSON list as docs/registration.md has it", problems, Read, issuer => issuer.Issuer) ?? Issuers;
    }

    private static (StatementIssuer? Issuer, string? Fault) Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) return (null, "has an entry that is no object");
        if (json.EnumerateObject().Select(m => m.Name).FirstOrDefault(name => !Members.Contains(name)) is { } unknown)
        {
            return (null, $"has {unknown}, which is none of {string.Join(", ", Members)}");
        }
        if (SignedText.Text(json, "issuer") is not { Length: > 0 } issuer) return (null, "has an entry without issuer, a text");
        return KeyPlace.Read(json) is { } keys
            ? (new(issuer, keys), null)
            : (null, $"needs for {issuer} either jwks, a set of public keys, or jwks_uri, an address");
    }
}
